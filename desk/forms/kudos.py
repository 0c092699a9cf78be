"""To whom somebody passes praise on."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from desk.forms.base import OnceForm


class PassOnForm(OnceForm):
    """Offered are those whose group it is, without whom it praises already."""

    person = forms.TypedChoiceField(label=_("To"), coerce=int)

    def __init__(self, people: Sequence[User], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = [("", _("Choose somebody")), *((one.pk, one.name) for one in people)]
        self.fields["person"].choices = offered  # type: ignore[attr-defined]

"""Which repairs the report of repairs is about."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.report import PeriodForm
from feedback.intake.models import Source


class RecoveryForm(PeriodForm):
    """A period, one group or all that they see, one source or all of these."""

    field_order = ("from", "to", "group", "source")

    def __init__(self, *args: Any, sources: Iterable[Source], **options: Any) -> None:
        super().__init__(*args, **options)
        offered = [(source.slug, source.name) for source in sources]
        self.fields["source"] = forms.ChoiceField(
            label=_("Source"), required=False, choices=[("", _("all of them")), *offered]
        )

    @property
    def source(self) -> str:
        return self.cleaned_data.get("source") or "" if self.is_valid() else ""

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.base import OnceForm, Said
from desk.operators import ref_in


class MergeIntoForm(OnceForm):
    """Which ticket goes on: asked for, then shown with what it would do, then confirmed."""

    into = forms.CharField(
        label=_("Ticket that goes on"),
        max_length=24,
        widget=forms.TextInput(attrs={"placeholder": "T-1042"}),
    )

    def clean(self) -> Said:
        """A number alone will do."""
        said = super().clean()
        typed = said.get("into", "").strip()
        return {**said, "into": ref_in(typed) or typed}

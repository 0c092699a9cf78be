"""What a colleague writes to the customer about a gesture."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from desk.forms.base import OnceForm, Said
from desk.forms.ticket import words
from tickets.recovery.actions.gesture_letter import LONGEST_OFFER


class GestureLetterForm(OnceForm):
    """`seen` is the newest entry that stood on the page: where somebody has written since, it
    leaves at the second try."""

    body = words(_("Letter to the customer"), rows=5)
    offer = words(
        _("An offer"),
        rows=3,
        max_length=LONGEST_OFFER,
        help_text=_("What is no part of the repair, a voucher for the next order say."),
    )
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def clean(self) -> Said:
        said = super().clean()
        return {name: value for name, value in said.items() if value is not None}

    def catch_up(self, newest: int) -> None:
        """After a refusal for what they had not seen; now they have."""
        if self.refused_as == "overtaken":
            typed = QueryDict(mutable=True)
            typed.update(self.data)
            typed["seen"] = str(newest)
            self.data = typed

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.base import OnceForm
from desk.forms.ticket import words
from desk.words import choices


class GestureForm(OnceForm):
    kind = forms.ChoiceField(label=_("Gesture"), choices=choices("gesture"))
    amount = forms.DecimalField(
        label=_("Amount"), required=False, max_digits=14, decimal_places=2, localize=False
    )
    currency = forms.CharField(
        label=_("Currency"),
        required=False,
        max_length=3,
        widget=forms.TextInput(attrs={"placeholder": "EUR", "list": "currencies"}),
    )
    explanation = words(_("Explanation"), rows=2, max_length=2000)

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


class GestureNoteForm(OnceForm):
    note = forms.CharField(label=_("A word on it"), required=False, max_length=300)


class FailureForm(OnceForm):
    failure = forms.CharField(
        label=_("What went wrong, in one line"), required=False, max_length=300
    )

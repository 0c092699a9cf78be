from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.base import DeskForm, Said
from desk.models import DRAFTED
from tickets.work.actions.talk import LONGEST_BODY


class HereForm(DeskForm):
    verb = forms.ChoiceField(choices=[(verb, verb) for verb in DRAFTED], required=False)
    gone = forms.BooleanField(required=False)


class DraftForm(DeskForm):
    """What was typed so far, and the mark of the form it was typed in."""

    body = forms.CharField(
        required=False,
        strip=False,
        max_length=LONGEST_BODY,
        error_messages={"max_length": _("This is too long to be kept, and to be sent.")},
    )
    nonce = forms.CharField(required=False, max_length=40)
    discard = forms.BooleanField(required=False)

    def clean(self) -> Said:
        super().clean()
        if self.cleaned_data.get("discard"):
            self.cleaned_data["body"] = ""
        return self.cleaned_data

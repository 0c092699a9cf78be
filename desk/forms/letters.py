"""The words of a letter to customers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from desk.forms.base import DeskForm, Said
from tickets.work.letter_words import LONGEST_BODY, LONGEST_SUBJECT, Sort, Words


class LetterForm(DeskForm):
    subject = forms.CharField(label=_("Subject"), required=False, max_length=LONGEST_SUBJECT)
    body = forms.CharField(
        label=pgettext_lazy("letter", "Words"),
        required=False,
        max_length=LONGEST_BODY,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Plain text. Blank: the words that are built in."),
    )

    def __init__(self, *args: Any, sort: Sort, **options: Any) -> None:
        super().__init__(*args, **options)
        if not sort.has_subject:
            del self.fields["subject"]

    def clean(self) -> Said:
        super().clean()
        said = self.cleaned_data
        return {"words": Words(said.get("subject", ""), said.get("body", ""))}

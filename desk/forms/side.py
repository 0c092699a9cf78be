"""Writing to somebody else about a ticket: begun anew, or written on where it was begun."""

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.base import Said
from desk.forms.ticket import EnclosingForm, VerbForm, words
from tickets.work.actions.side import LONGEST_NAME, LONGEST_SUBJECT
from tickets.work.models import SideThread

# What is asked only where it is begun.
_TO_BEGIN = ("to", "name", "subject")


class SideForm(EnclosingForm):
    """`written_on` is the thread that it goes on with; none where one is begun."""

    verb, button = "side", _("Send it to them, not to the customer")
    thread = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    to = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"placeholder": "claims@carrier.example"}),
    )
    name = forms.CharField(
        label=_("Who they are"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("For colleagues: a carrier, a supplier, another department."),
    )
    subject = forms.CharField(label=_("Subject"), max_length=LONGEST_SUBJECT, required=False)
    body = words(_("Letter to them"), rows=6)
    field_order = (*_TO_BEGIN, "body", "files")
    written_on: SideThread | None = None

    def furnish(self) -> None:
        super().furnish()
        said = self.data.get("thread") if self.is_bound else self.initial.get("thread")
        known = {str(one.pk): one for one in self.offered.sides}
        self.written_on = known.get(str(said or ""))
        for name in _TO_BEGIN if self.written_on else ():
            del self.fields[name]

    def raw(self) -> Said:
        return {name: value for name, value in self.cleaned_data.items() if value is not None}


class SideBackForm(VerbForm):
    verb, button, is_button = "side-back", _("Take it back"), True
    thread = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


SIDE: tuple[type[VerbForm], ...] = (SideForm, SideBackForm)

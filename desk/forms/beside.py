"""What stands beside the talk on a ticket: put it away, link it, split it, spam."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cxloop.kernel.moment import moment
from desk.forms.base import Said
from desk.forms.handing import HANDING
from desk.forms.own_fields import FieldsForm
from desk.forms.resolving import ResolveForm
from desk.forms.settings import moment_field
from desk.forms.side import SIDE
from desk.forms.ticket import FORMS, VerbForm

MORNING = time(8)
MONDAY = 0
PRESETS: dict[str, Promise] = {
    "hours": _("For 4 hours"),
    "tomorrow": _("Until tomorrow, 8:00"),
    "monday": _("Until Monday, 8:00"),
}


def preset_until(preset: str, now: datetime) -> datetime:
    """In the zone of who chooses it."""
    if preset == "hours":
        return now + timedelta(hours=4)
    here = timezone.localtime(now)
    days = 1 if preset == "tomorrow" else (MONDAY - here.weekday() - 1) % 7 + 1
    return datetime.combine(here.date() + timedelta(days=days), MORNING, here.tzinfo)


class SnoozeForm(VerbForm):
    verb, button = "snooze", _("Put it away")
    until = moment_field(
        _("Until"),
        required=False,
        help_text=_(
            "It leaves its owner's queue until then, or until the customer writes. The promises "
            "run on: four hours before one falls due it comes back."
        ),
    )
    preset = forms.ChoiceField(
        required=False, choices=list(PRESETS.items()), widget=forms.HiddenInput
    )

    def raw(self) -> Said:
        preset, until = self.cleaned_data["preset"], self.cleaned_data["until"]
        until = preset_until(preset, moment()) if preset else until
        return {"until": until.isoformat()} if until else {}


class WakeForm(VerbForm):
    verb, button = "wake", pgettext_lazy("snooze", "Bring it back")
    is_button = True


class LinkForm(VerbForm):
    verb, button = "link", _("Link")
    to = forms.CharField(
        label=_("Link with a ticket"),
        max_length=24,
        widget=forms.TextInput(attrs={"placeholder": "T-1042"}),
    )

    def raw(self) -> Said:
        return {"to": self.cleaned_data["to"].strip().upper()}


class UnlinkForm(VerbForm):
    verb, button = "unlink", _("Unlink")
    is_button = True
    to = forms.CharField(max_length=24, widget=forms.HiddenInput)


class SplitForm(VerbForm):
    verb, button = "split", _("Give it a ticket of its own")
    is_button = True
    feedback = forms.UUIDField(widget=forms.HiddenInput)

    def raw(self) -> Said:
        return {"feedback": str(self.cleaned_data["feedback"])}


class SpamForm(VerbForm):
    verb, button = "spam", _("It is spam")
    is_button = True


class NotSpamForm(VerbForm):
    verb, button = "not-spam", _("It is no spam")
    is_button = True
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


_BESIDE: tuple[type[VerbForm], ...] = (
    ResolveForm,
    SnoozeForm,
    WakeForm,
    LinkForm,
    UnlinkForm,
    SplitForm,
    SpamForm,
    NotSpamForm,
    FieldsForm,
)
ALL_FORMS: dict[str, type[VerbForm]] = {
    **FORMS,
    **{form.verb: form for form in (*_BESIDE, *HANDING, *SIDE)},
}

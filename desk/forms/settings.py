from datetime import datetime
from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cxloop.kernel.shapes import LATEST
from cxloop.kernel.zones import known_zones
from desk.forms.base import DeskForm
from desk.words import EVENT_ABOUT, choices
from tickets.escalation.hours import calendar_of
from tickets.sla.models import Calendar
from tickets.work.events import EVENTS, WAYS

LOCAL = "%Y-%m-%dT%H:%M"


class LongSelect(forms.Select):
    """Drawn by one template: Django's own asks for two more with each of the hundreds of options,
    which takes longer than the rest of the page."""

    template_name = "desk/parts/long_select.html"


@cache
def zones() -> list[tuple[str, str]]:
    """Those that people live in: a place, with its region before it."""
    found = sorted(zone for zone in known_zones() if "/" in zone and zone[0].isupper())
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in found)]


def moment_field(label: Any, **options: Any) -> forms.DateTimeField:
    """A time, typed and shown in the zone of who types it."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)
    within = [MaxValueValidator(LATEST)]
    return forms.DateTimeField(label=label, widget=widget, validators=within, **options)


def stand_in_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("Who stands in while away"), required=False, coerce=int, empty_value=None
    )


def hours_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Letters about promises come in the hours of"),
        required=False,
        help_text=_(
            "In the time zone of this person. A warning comes in the last open minute before it; "
            "what tells of a broken promise waits for the opening; what is urgent comes at once."
        ),
    )


def offer_calendars(form: DeskForm) -> None:
    known = [(row.slug, row.name) for row in Calendar.objects.current().order_by("name")]
    form.fields["calendar"].choices = [("", _("any hour")), *known]  # type: ignore[attr-defined]


def offer_colleagues(form: DeskForm, person: User) -> None:
    found = User.objects.colleagues_of(person).order_by("name")
    known = [(colleague.pk, colleague.name) for colleague in found]
    form.fields["stand_in"].choices = [("", _("nobody")), *known]  # type: ignore[attr-defined]


def reached(person: User) -> dict[str, Any]:
    """Who stands in, and in which hours letters reach them."""
    return {"stand_in": person.stand_in_id or "", "calendar": calendar_of(person) or ""}


class MeForm(DeskForm):
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Customers see it in your letters.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones, widget=LongSelect)

    stand_in = stand_in_field()
    calendar = hours_field()

    def __init__(self, *args: Any, person: User, **options: Any) -> None:
        super().__init__(*args, **options)
        offer_colleagues(self, person)
        offer_calendars(self)

    @classmethod
    def about(cls, person: User) -> dict[str, Any]:
        kept = {name: getattr(person, name) for name in ("name", "language", "time_zone")}
        return kept | reached(person)


class NewsForm(DeskForm):
    """One choice an event."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, auto_id="news-%s", **options)
        for event in EVENTS:
            label: Any = EVENT_ABOUT[event]
            ways = choices("way", only=tuple(WAYS))
            self.fields[event] = forms.ChoiceField(label=label, choices=ways)


class PresenceForm(DeskForm):
    away_until = moment_field(
        _("Away until"),
        required=False,
        help_text=_("Until then nothing is given to you, and what is in danger goes to others."),
    )

    @classmethod
    def about(cls, person: User, now: datetime) -> dict[str, Any]:
        return {"away_until": person.away_until if person.is_away(now) else None}


class TokenForm(DeskForm):
    label = forms.CharField(
        label=_("What it is for"), max_length=100, help_text=_("To tell your tokens apart.")
    )

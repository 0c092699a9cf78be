"""What the bodies of this room's routes look like: as we answer, then as we are asked."""

from typing import Any

from rest_framework.fields import (
    CharField,
    ChoiceField,
    DictField,
    IntegerField,
    JSONField,
    ListField,
    SlugField,
)
from rest_framework.serializers import Serializer

from cxloop.kernel.shapes import Instant, Shape
from tickets.sla.ledger import STATES
from tickets.sla.models import FORTY_EIGHT_HOURS, CalendarVersion, Kind, PolicyVersion
from tickets.sla.models.upkeep import Origin, Upkeep
from tickets.sla.public_holidays import asked_of
from tickets.sla.targets import PAUSING, TARGETS

VARIANTS = 'the first that fits: [{"priority": ["urgent"], "segment": ["gold"], "resolve_s": 3600}]'
PAUSES = 'in which statuses which clock stands still: {"resolve": ["waiting"]}'

REOPENS = (
    "how long after its end a reply begins a ticket anew, in seconds; a later one gets a ticket of "
    "its own, linked to it. Null: always"
)
AGAIN = (
    "how long after an earlier ticket a further one of the same customer is a failure again, in "
    "seconds: its priority is one higher and whoever leads the group gets it. Null: never"
)
REMINDERS = "seconds of waiting: a reminder, another, and the question whether we may close"


class Clock(Serializer[Any]):
    kind = ChoiceField(Kind.choices)
    cycle = IntegerField()
    state = ChoiceField(STATES)
    started_at = Instant()
    due_at = Instant(allow_null=True, help_text="none while it is paused")
    met_at = Instant(allow_null=True)
    breached_at = Instant(allow_null=True, help_text="the due time that passed")
    detected_at = Instant(allow_null=True, help_text="when we noticed")


class Hours(Serializer[Any]):
    """Opening hours by day, as 09:00-12:00; an end before the start is on the next date."""

    zone = CharField(help_text="IANA name")
    weekly = DictField(
        child=ListField(child=CharField()), help_text='{"mon": ["09:00-12:00", "13:00-18:00"]}'
    )
    exceptions = DictField(child=ListField(child=CharField()), help_text='{"2026-12-25": []}')


class Given(Serializer[Any]):
    """Days that come from elsewhere: for which years, and how the last look at them ended."""

    first_year = IntegerField(allow_null=True, help_text="null until an address was read once")
    last_year = IntegerField(allow_null=True)
    looked_at = Instant(allow_null=True, help_text="when they were last found to be right")
    failure = CharField(help_text="why the last look failed; the days of the one before stay")


class HolidaysGiven(Given):
    country = CharField()
    region = CharField(help_text='"" is the whole country')
    categories = ListField(child=CharField())


class IcalGiven(Given):
    address = CharField(allow_null=True, help_text="null is a file that was handed in")
    unread = ListField(
        child=CharField(), help_text="events that were not understood, and so close nothing"
    )


class Calendar(Hours):
    slug = CharField()
    name = CharField()
    version = IntegerField()
    holidays = HolidaysGiven(allow_null=True)
    ical = IcalGiven(allow_null=True)
    closed_days = DictField(
        child=CharField(),
        help_text='what holidays and iCal close: {"2026-12-25": "Christmas Day"};'
        " hours that exceptions give to a date win",
    )
    written_at = Instant()
    archived_at = Instant(allow_null=True)


class Policy(Serializer[Any]):
    """Targets in seconds; null is no such clock."""

    slug = CharField()
    name = CharField()
    law = CharField(help_text="what obliges us to it, where it is more than our own promise")
    version = IntegerField()
    acknowledge_s = IntegerField(allow_null=True)
    follow_up_s = IntegerField()
    next_reply_s = IntegerField(allow_null=True, help_text="when the customer has written again")
    resolve_s = IntegerField(allow_null=True, help_text="to the agent's claim")
    keep_in_loop_s = IntegerField(allow_null=True, help_text="from one contact to the next")
    close_loop_s = IntegerField(allow_null=True, help_text="to the customer's word")
    approve_s = IntegerField(allow_null=True, help_text="to a decision on a gesture")
    variants = ListField(child=DictField(), help_text=VARIANTS)
    pauses = DictField(child=ListField(child=ChoiceField(PAUSING)), help_text=PAUSES)
    reminders = ListField(child=IntegerField(), help_text=REMINDERS)
    reopens_for_s = IntegerField(allow_null=True, help_text=REOPENS)
    again_within_s = IntegerField(allow_null=True, help_text=AGAIN)
    calendar = CharField(allow_null=True, help_text="slug; null is round the clock")
    written_at = Instant()
    archived_at = Instant(allow_null=True)


class Statute(Serializer[Any]):
    slug = CharField()
    name = CharField()
    law = CharField()
    note = CharField(help_text="how the law counts")
    targets = DictField(child=IntegerField(), help_text="as a policy keeps them, in seconds")


class Statutes(Serializer[Any]):
    statutes = Statute(many=True)


class ChangeCalendarBody(Shape):
    name = CharField(required=False, max_length=120)
    zone = CharField(required=False, max_length=60)
    weekly = JSONField(required=False)
    exceptions = JSONField(required=False)
    holidays = JSONField(
        required=False, allow_null=True, help_text='{"country": "DE", "region": "BY"}; null is none'
    )
    ical = JSONField(
        required=False, allow_null=True, help_text='{"address": "https://…"}; null is none'
    )


class NewCalendarBody(ChangeCalendarBody):
    slug = SlugField(max_length=60)
    name = CharField(max_length=120)
    zone = CharField(max_length=60)
    weekly = JSONField()


class ChangePolicyBody(Shape):
    name = CharField(required=False, max_length=120)
    law = CharField(required=False, allow_blank=True, max_length=200)
    acknowledge_s = IntegerField(required=False, allow_null=True)
    follow_up_s = IntegerField(required=False)
    next_reply_s = IntegerField(required=False, allow_null=True)
    resolve_s = IntegerField(required=False, allow_null=True)
    keep_in_loop_s = IntegerField(required=False, allow_null=True)
    close_loop_s = IntegerField(required=False, allow_null=True)
    approve_s = IntegerField(required=False, allow_null=True)
    variants = JSONField(required=False, help_text=VARIANTS)
    pauses = JSONField(required=False, help_text=PAUSES)
    reminders = JSONField(required=False, help_text=REMINDERS)
    reopens_for_s = IntegerField(required=False, allow_null=True, help_text=REOPENS)
    again_within_s = IntegerField(required=False, allow_null=True, help_text=AGAIN)
    calendar = CharField(required=False, allow_null=True)


class NewPolicyBody(ChangePolicyBody):
    slug = SlugField(max_length=60)
    name = CharField(max_length=120)
    follow_up_s = IntegerField(required=False, default=FORTY_EIGHT_HOURS)


def calendar_json(version: CalendarVersion) -> dict[str, Any]:
    calendar = version.calendar
    upkeeps = {upkeep.origin: upkeep for upkeep in calendar.upkeeps.all()}
    return {
        "slug": calendar.slug,
        "name": calendar.name,
        "version": version.version,
        "zone": version.zone,
        "weekly": version.weekly,
        "exceptions": version.exceptions,
        "holidays": _holidays_json(version.holidays, upkeeps.get(Origin.HOLIDAYS)),
        "ical": _ical_json(version.ical, upkeeps.get(Origin.ICAL)),
        "closed_days": version.closings(),
        "written_at": version.written_at,
        "archived_at": calendar.archived_at,
    }


def _holidays_json(known: dict[str, Any], upkeep: Upkeep | None) -> dict[str, Any] | None:
    if not known:
        return None
    return {**asked_of(known), **_given_json(known, upkeep)}


def _ical_json(known: dict[str, Any], upkeep: Upkeep | None) -> dict[str, Any] | None:
    if not known:
        return None
    read = {"address": known.get("address"), "unread": known.get("unread", [])}
    return {**read, **_given_json(known, upkeep)}


def _given_json(known: dict[str, Any], upkeep: Upkeep | None) -> dict[str, Any]:
    return {
        "first_year": known.get("first_year"),
        "last_year": known.get("last_year"),
        "looked_at": upkeep.looked_at if upkeep else None,
        "failure": upkeep.last_error if upkeep else "",
    }


def policy_json(version: PolicyVersion) -> dict[str, Any]:
    policy, calendar = version.policy, version.calendar
    return {
        "slug": policy.slug,
        "name": policy.name,
        "version": version.version,
        "law": policy.law,
        **{name: getattr(version, name) for name in TARGETS},
        "variants": version.variants,
        "pauses": version.pauses,
        "reminders": version.reminders,
        "reopens_for_s": version.reopens_for_s,
        "again_within_s": version.again_within_s,
        "calendar": calendar.calendar.slug if calendar else None,
        "written_at": version.written_at,
        "archived_at": policy.archived_at,
    }

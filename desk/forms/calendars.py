"""A calendar as a form: its week, its special days, and where its closed days come from."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from desk.forms.admin import SlugForm
from desk.forms.base import DeskForm, Said
from desk.forms.fields import HoursField, JsonField
from desk.forms.rows import RowedForm, RowForm
from desk.forms.settings import LongSelect, zones
from tickets.sla.hours import WEEKDAYS as DAYS
from tickets.sla.ical import LARGEST
from tickets.sla.models import CalendarVersion
from tickets.sla.public_holidays import countries, regions

SHOWN_SINCE = timedelta(days=31)

# The regions of another country come without the page; without scripts, when it is kept.
BRINGS_REGIONS = {
    "hx-get": "?",
    "hx-target": ".of-region",
    "hx-select": ".of-region",
    "hx-swap": "outerHTML",
}


ASKED_ELSEWHERE = {
    "holidays": "country",
    "holidays/country": "country",
    "holidays/region": "region",
    "ical": "address",
    "ical/address": "address",
}


class ClosedElsewhere(DeskForm):
    """What a calendar has whether its hours are written in a table or as JSON."""

    pointers = ASKED_ELSEWHERE
    name = forms.CharField(label=_("Name"), max_length=120)
    zone = forms.ChoiceField(label=_("Time zone"), choices=zones, widget=LongSelect)
    country = forms.ChoiceField(
        label=_("Closed on the public holidays of"),
        required=False,
        choices=lambda: [("", _("no country")), *_coded(countries())],
        widget=LongSelect(attrs=BRINGS_REGIONS),
    )
    region = forms.CharField(label=_("Region"), required=False, widget=forms.Select)
    address = forms.CharField(
        label=_("Closed by the iCal file at"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "https://calendar.example/holidays.ics"}),
        help_text=_("It is read every day. It takes the place of a file that was handed in."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        country = str(self["country"].value() or "")
        known = regions(country) if country in countries() else {}
        whole = ("", _("the whole country"))
        self.fields["region"].widget.choices = [whole, *_coded(known)]

    def clean(self) -> Said:
        """As the room is asked; what was not touched is not asked again."""
        super().clean()
        said = self.cleaned_data
        country, region = said.pop("country", ""), said.pop("region", "")
        address = said.pop("address", "")
        if {"country", "region"} & set(self.changed_data):
            # The region of the country before, where no script took it away.
            kept = region if country in countries() and region in regions(country) else ""
            said["holidays"] = {"country": country, "region": kept} if country else None
        if "address" in self.changed_data:
            said["ical"] = {"address": address} if address else None
        return said


class SpecialDayForm(RowForm):
    """One date with hours of its own. A pointer of the room at this date leads to its hours."""

    date = forms.DateField(
        label=_("Date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    hours = HoursField(
        label=_("Hours on that day"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": _("closed")}),
    )

    def is_blank(self) -> bool:
        return not self.cleaned_data["date"] and not self.cleaned_data["hours"]

    def clean(self) -> Said:
        super().clean()
        if self.cleaned_data.get("hours") and not self.cleaned_data.get("date"):
            self.add_error("date", _("Say on which date."))
        return self.cleaned_data

    def as_kept(self) -> tuple[str, list[str]]:
        return self.cleaned_data["date"].isoformat(), self.cleaned_data["hours"]

    def _field_of(self, pointer: str) -> str | None:
        return "hours"


def _day(weekday: int) -> HoursField:
    day: Any = WEEKDAYS[weekday]
    widget = forms.TextInput(attrs={"placeholder": _("closed"), "spellcheck": "false"})
    return HoursField(label=day, required=False, max_length=200, widget=widget)


class CalendarForm(RowedForm, ClosedElsewhere):
    """Its week as a table and its special days as rows. Days long past are not shown: they stay as
    they are, for what was promised by them."""

    rowed = {"exceptions": SpecialDayForm}
    pointers = {
        **ASKED_ELSEWHERE,
        "weekly": "mon",
        **{f"weekly/{day}": day for day in DAYS},
    }
    mon = _day(0)
    tue = _day(1)
    wed = _day(2)
    thu = _day(3)
    fri = _day(4)
    sat = _day(5)
    sun = _day(6)

    @property
    def week(self) -> list[Any]:
        return [self[day] for day in DAYS]

    def clean(self) -> Said:
        said = super().clean()
        said["weekly"] = {day: hours for day in DAYS if (hours := said.pop(day, []))}
        rows = self.rows["exceptions"]
        dated = dict(said["exceptions"])
        for row in rows.taken.values():
            if [day for day, _ in said["exceptions"]].count(row.as_kept()[0]) > 1:
                row.add_error("date", _("This date stands here twice."))
        rows.taken = {row.as_kept()[0]: row for row in rows.taken.values() if not row.errors}
        said["exceptions"] = self.initial.get("earlier", {}) | dated
        return said


class JsonCalendarForm(ClosedElsewhere):
    """For programs and the curious: the hours as REST takes them."""

    weekly = JsonField(
        label=_("Week"),
        help_text=_(
            'Hours by day, as {"mon": ["09:00-12:00", "13:00-18:00"]}. A day that is not named is '
            "closed; an end before its start is on the next day."
        ),
    )
    exceptions = JsonField(
        label=_("Special days"),
        required=False,
        help_text=_(
            'By date, as {"2026-12-25": [], "2026-12-24": ["09:00-12:00"]}. They win over holidays.'
        ),
    )
    field_order = ["slug", "name", "zone", "weekly", "country", "region", "address"]

    def clean_exceptions(self) -> Any:
        return self.cleaned_data["exceptions"] or {}


class NewCalendarForm(CalendarForm, SlugForm):
    field_order = ["slug", "name"]


class NewJsonCalendarForm(JsonCalendarForm, SlugForm):
    pass


def about_calendar(version: CalendarVersion, today: date, *, as_json: bool) -> Said:
    """What it says now, as a form shows it."""
    asked = {name: version.holidays.get(name, "") for name in ("country", "region")}
    about = {"zone": version.zone, **asked, "address": version.ical.get("address", "")}
    return about | about_hours(version.weekly, version.exceptions, today, as_json=as_json)


def about_hours(weekly: Any, exceptions: Any, today: date, *, as_json: bool) -> Said:
    if as_json:
        return {"weekly": weekly, "exceptions": exceptions}
    long_past = (today - SHOWN_SINCE).isoformat()
    shown = {day: hours for day, hours in exceptions.items() if day >= long_past}
    return {
        **{day: weekly.get(day, []) for day in DAYS},
        "earlier": {day: hours for day, hours in exceptions.items() if day < long_past},
        "exceptions": [{"date": day, "hours": shown[day]} for day in sorted(shown)],
    }


class IcalFileForm(DeskForm):
    """A file, or word that there is none any more."""

    pointers: ClassVar[dict[str, str]] = {"ical": "file"}
    file = forms.FileField(
        label=_("An iCal file of closed days"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
        help_text=_("Whole days close, once or every year. It takes the place of an address."),
    )

    def clean_file(self) -> bytes:
        found = self.cleaned_data["file"]
        return found.read(LARGEST + 1) if found else b""


def _coded(names: dict[str, str]) -> list[tuple[str, str]]:
    return [(code, f"{code} · {name}" if name else code) for code, name in names.items()]

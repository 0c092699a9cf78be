"""A calendar as a form: its week, its special days, and where its closed days come from."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.admin import SlugForm
from desk.forms.base import DeskForm, Said
from desk.forms.fields import JsonField
from desk.forms.settings import zones
from tickets.sla.ical import LARGEST
from tickets.sla.models import CalendarVersion
from tickets.sla.public_holidays import countries, regions

# The regions of another country come without the page; without scripts, when it is kept.
BRINGS_REGIONS = {
    "hx-get": "?",
    "hx-target": ".of-region",
    "hx-select": ".of-region",
    "hx-swap": "outerHTML",
}


class CalendarForm(DeskForm):
    pointers = {
        "holidays": "country",
        "holidays/country": "country",
        "holidays/region": "region",
        "ical": "address",
        "ical/address": "address",
    }
    name = forms.CharField(label=_("Name"), max_length=120)
    zone = forms.ChoiceField(label=_("Time zone"), choices=zones)
    weekly = JsonField(
        label=_("Week"),
        help_text=_(
            'Hours by day, as {"mon": ["09:00-12:00", "13:00-18:00"]}. A day that is not named is '
            "closed; an end before its start is on the next day."
        ),
    )
    country = forms.ChoiceField(
        label=_("Closed on the public holidays of"),
        required=False,
        choices=lambda: [("", _("no country")), *_coded(countries())],
        widget=forms.Select(attrs=BRINGS_REGIONS),
    )
    region = forms.CharField(label=_("Region"), required=False, widget=forms.Select)
    address = forms.CharField(
        label=_("Closed by the iCal file at"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "https://calendar.example/holidays.ics"}),
        help_text=_("It is read every day. It takes the place of a file that was handed in."),
    )
    exceptions = JsonField(
        label=_("Special days"),
        required=False,
        help_text=_(
            'By date, as {"2026-12-25": [], "2026-12-24": ["09:00-12:00"]}. They win over holidays.'
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        country = str(self["country"].value() or "")
        known = regions(country) if country in countries() else {}
        whole = ("", _("the whole country"))
        self.fields["region"].widget.choices = [whole, *_coded(known)]

    @classmethod
    def about(cls, version: CalendarVersion) -> Said:
        """What it says now, as the form shows it."""
        kept = {name: getattr(version, name) for name in ("zone", "weekly", "exceptions")}
        asked = {name: version.holidays.get(name, "") for name in ("country", "region")}
        return {**kept, **asked, "address": version.ical.get("address", "")}

    def clean_exceptions(self) -> Any:
        return self.cleaned_data["exceptions"] or {}

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


class NewCalendarForm(CalendarForm, SlugForm):
    field_order = ["slug", "name"]


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

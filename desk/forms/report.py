"""Which period the report is of, and who wants the letter of the week."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import AccessGroup
from cxloop.kernel.errors import Refused
from desk.forms.base import DeskForm, Said
from insights.days import A_DAY, EARLIEST_DAY

SPANS = (7, 28, 90)
USUAL = 28
LONGEST = 366


@dataclass(frozen=True)
class Period:
    """Both days are included. `days` is the span that was chosen, if it was one of those offered;
    `group` its slug, blank for all that they see."""

    first: date
    last: date
    days: int | None
    group: str = ""


def newest(days: int, last: date) -> Period:
    return Period(last - (days - 1) * A_DAY, last, days)


def day_field(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label,
        required=False,
        widget=widget,
        input_formats=["%Y-%m-%d"],
        validators=[MinValueValidator(EARLIEST_DAY)],
    )


class PeriodForm(DeskForm):
    """`last` is the newest day that can be judged: what ends later ends there."""

    group = forms.ChoiceField(label=_("Group"), required=False)
    days = forms.TypedChoiceField(
        choices=[(str(span), str(span)) for span in SPANS],
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.HiddenInput,
    )

    def __init__(
        self, *args: Any, groups: Iterable[AccessGroup], last: date, **options: Any
    ) -> None:
        super().__init__(*args, auto_id="period-%s", **options)
        offered = [(group.slug, group.name) for group in groups]
        self.fields["group"].choices = [("", _("all you see")), *offered]  # type: ignore[attr-defined]
        self.fields["from"] = day_field(pgettext_lazy("period", "From"))
        self.fields["to"] = day_field(pgettext_lazy("period", "To"))
        self.last = last

    def clean(self) -> Said:
        said = super().clean() or self.cleaned_data
        first, last = said.get("from"), said.get("to")
        if first and last and first > last:
            self.add_error("to", _("It ends before it begins."))
        elif first and (min(last or self.last, self.last) - first).days >= LONGEST:
            self.add_error("from", _("At most a year is added up at once."))
        elif first and first > self.last:
            self.add_error("from", _("Nothing received since then is 48 hours old yet."))
        return said

    def refuse_faults(self) -> None:
        """For a table to take away, which has no place to say them. Raises Refused."""
        for name, said in self.errors.items():
            raise Refused.at(f"/{name}", "invalid", str(said[0]))

    @property
    def period(self) -> Period:
        """What was chosen; the usual one where that cannot be read."""
        said = self.cleaned_data if self.is_valid() else {}
        group = said.get("group") or ""
        if not (said.get("from") or said.get("to")):
            found = newest(said.get("days") or USUAL, self.last)
            return Period(found.first, found.last, found.days, group)
        last = min(said.get("to") or self.last, self.last)
        return Period(said.get("from") or last - (USUAL - 1) * A_DAY, last, None, group)


class DigestForm(DeskForm):
    digest = forms.BooleanField(
        label=_("Write to me what the week was like"),
        required=False,
        help_text=_(
            "Mondays at eight in your time zone: the rate with its interval, what broke, who has "
            "waited longest, what will likely break, and how it ended for customers."
        ),
    )

"""What was said of a failure, in lines of the history. A blank takes back what was said."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from desk.words import said_as

Reason = dict[str, Any]
BLANK = "–"


def told_of_failure(reason: Reason) -> list[str]:
    return [tells(str(reason[name])) for name, tells in _TELLS.items() if name in reason]


def _kind(label: Callable[[], str], kind: str) -> Callable[[str], str]:
    return lambda said: f"{label()}: {said_as(said, kind) if said else BLANK}"


def _plain(label: Callable[[], str]) -> Callable[[str], str]:
    return lambda said: f"{label()}: {said or BLANK}"


def _truth(label: Callable[[], str], yes: Callable[[], str], no: Callable[[], str]) -> Any:
    words = {"True": yes, "False": no}
    return lambda said: f"{label()}: {words[said]() if said in words else BLANK}"


_TELLS: dict[str, Callable[[str], str]] = {
    "root_cause": _plain(lambda: _("Root cause")),
    "type": _plain(lambda: _("Type of failure")),
    "severity": _kind(lambda: _("Severity"), "severity"),
    "driver": _kind(lambda: _("What it weighs on"), "driver"),
    "monetary": _truth(lambda: _("It cost the customer money"), lambda: _("yes"), lambda: _("no")),
    "process": _truth(
        lambda: _("What was at fault"),
        lambda: pgettext("failure", "how it was done"),
        lambda: pgettext("failure", "what came of it"),
    ),
    "controllable": _truth(
        lambda: _("We could have prevented it"), lambda: _("yes"), lambda: _("no")
    ),
    "order_value": _plain(lambda: _("Value of the order")),
    "order_currency": _plain(lambda: _("Currency of the order")),
}

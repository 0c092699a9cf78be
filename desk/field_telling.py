"""What the history of a ticket says of the fields of this house."""

from typing import Any

from django.utils.translation import gettext as _

from desk.refusals import said_of_error
from desk.standing import label_in

Reason = dict[str, Any]


def set_by_hand(reason: Reason) -> list[str]:
    return [
        _("%(label)s: %(before)s → %(after)s")
        % {"label": label_in(one), "before": _said(one["before"]), "after": _said(one["after"])}
        for one in reason["fields"]
    ]


def filled_in(reason: Reason) -> list[str]:
    return [
        _("%(label)s: %(value)s, from what was sent")
        % {"label": label_in(one), "value": one["value"]}
        for one in reason["filled"]
    ]


def left_out(reason: Reason) -> list[str]:
    return [
        _("%(label)s stays empty: “%(value)s” was sent. %(why)s")
        % {
            "label": label_in(one),
            "value": one["value"],
            "why": said_of_error(one["code"], ""),
        }
        for one in reason["unfit"]
    ]


def _said(value: str | None) -> str:
    return "–" if value is None else value

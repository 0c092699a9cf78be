"""Why it happened and what came of it, in lines under the title."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from desk.details import in_our_words
from desk.field_telling import filled_in, left_out, set_by_hand
from desk.rule_words import fact_word, value_word
from desk.times import words_of_call, written_at
from desk.words import said_as
from feedback.intake.call_backs import call_back_in
from tickets.rules.facts import fact_named

Reason = dict[str, Any]


def lines_of(reason: Reason) -> list[str]:
    """What the title has not said of the reason, a line each."""
    return [line for name, tells in _LINES.items() if name in reason for line in tells(reason)]


def _rule(reason: Reason) -> list[str]:
    rule = reason["rule"] or {}
    return [
        _("Rule “%(name)s”, version %(version)s")
        % {"name": rule.get("name"), "version": rule.get("version")}
    ]


def _matched(reason: Reason) -> list[str]:
    return [
        f"{fact_word(name)}: {_fact_value(name, value)}"
        for name, value in (reason["matched"] or {}).items()
    ]


def _fact_value(name: str, value: Any) -> str:
    if value is None:
        return _("missing")
    try:
        fact = fact_named(name)
    except KeyError:  # a fact of an earlier version of this house
        return str(value)
    values = value if isinstance(value, list) else [value]
    return ", ".join(value_word(fact, one) for one in values)


def _names(label: str, names: Sequence[str]) -> list[str]:
    return [f"{label}: {', '.join(names)}"] if names else []


def _told_people(reason: Reason) -> list[str]:
    people = [_whom(one) for one in reason["told"]]
    return _names(_("Told"), [*people, *reason.get("addresses", ())])


def _whom(told: Reason) -> str:
    if away := told.get("stands_in_for"):
        return _("%(name)s for %(away)s") % {"name": told["name"], "away": away}
    return str(told["name"])


def _late(reason: Reason) -> list[str]:
    return [_("We noticed this late; the delay is ours.")] if reason["late_by_us"] else []


def _money(reason: Reason) -> list[str]:
    return [f"{reason['amount']} {reason.get('currency', '')}"]


def _call(reason: Reason) -> list[str]:
    wish = call_back_in(reason)
    return [words_of_call(wish)] if wish else []


# What the rooms write into a reason as a whole sentence, so that it can be looked up as one.
_SENTENCES = (
    gettext_noop("the rule leaves the choice to the group"),
    gettext_noop("nobody of the group is present"),
    gettext_noop("everybody present has as many open tickets as they may have"),
    gettext_noop("least open tickets"),
    gettext_noop("next in turn"),
    gettext_noop("imported history is given to nobody"),
    gettext_noop("there is no address we may write to"),
    gettext_noop("the letter with the question reached nobody"),
    gettext_noop("the customer was forgotten before an answer came"),
    gettext_noop("the question had gone to somebody else"),
    gettext_noop("the customer wishes not to be contacted"),
    gettext_noop("the customer wishes not to be asked"),
    gettext_noop("the customer wants no offers"),
    gettext_noop("so many automatic letters had gone to this address that this one was held back"),
    gettext_noop("the customer wrote again"),
    gettext_noop("its time has come"),
    gettext_noop("a promise on it falls due soon"),
    gettext_noop("marked as spam"),
    gettext_noop("the customer says it is solved"),
    gettext_noop("the customer says it is not solved"),
    gettext_noop("recorded by an agent"),
    gettext_noop("the reminder reached nobody"),
    gettext_noop("asked whether we may close, and no answer"),
    gettext_noop("final position"),
    gettext_noop("repaired again and again: it belongs to the manager"),
    gettext_noop("it costs nothing"),
    gettext_noop("its owner has left"),
    gettext_noop("asked, and no answer yet"),
    gettext_noop("the letter that showed it reached nobody"),
    gettext_noop("the letter that showed it was taken back"),
    gettext_noop("it came with the ticket that was merged into this one"),
    gettext_noop("a failure again: to somebody who leads the group"),
    gettext_noop("not put right: the priority is one higher"),
)


def _sentence(said: str) -> str:
    return _(said) if said in _SENTENCES else in_our_words(said)


def _said(name: str) -> Callable[[Reason], list[str]]:
    return lambda reason: [_sentence(str(reason[name]))] if reason[name] else []


_LINES: dict[str, Callable[[Reason], list[str]]] = {
    "by_hand": lambda reason: [_("By hand: %(why)s") % {"why": _sentence(reason["by_hand"])}],
    "rule": _rule,
    "matched": _matched,
    "assigned": _said("assigned"),
    "why": _said("why"),
    "reason": _said("reason"),
    "amount": _money,
    "late_after": lambda reason: [
        _("They answered %(ref)s, which had ended long before") % {"ref": reason["late_after"]}
    ],
    "split_from": lambda reason: [_("Split from %(ref)s") % {"ref": reason["split_from"]}],
    "to_many": lambda _reason: [_("Said to many at once, so it keeps no promise")],
    "again": lambda reason: [
        _("Failure no. %(number)s of this customer: the priority is one higher")
        % {"number": reason["again"]}
    ],
    "mentioned": lambda reason: _names(
        _("Mentioned"), [one["name"] for one in reason["mentioned"]]
    ),
    "added": lambda reason: _names(_("Added"), reason["added"]),
    "removed": lambda reason: _names(_("Removed"), reason["removed"]),
    "to_note": lambda reason: _names(_("May read and write notes"), reason["to_note"]),
    "to_read": lambda reason: _names(_("May only read from now on"), reason["to_read"]),
    "because": lambda reason: [said_as(reason["because"], "handed_for")],
    "accept_by": lambda reason: [
        _("To be accepted by %(date)s") % {"date": written_at(reason["accept_by"])}
    ],
    "failure": _said("failure"),
    "said": _said("said"),
    "ladder": lambda reason: [
        _("Ladder “%(slug)s”, version %(version)s") % reason["ladder"],
    ],
    "told": _told_people,
    "told_by": lambda reason: [
        _("So says an export of the store; imported by %(who)s") % {"who": reason["told_by"]}
    ],
    "late_by_us": _late,
    "foreseen_for": lambda reason: [
        _("Brought forward from %(date)s: somebody will be asleep then")
        % {"date": written_at(reason["foreseen_for"])}
    ],
    "paused_until": lambda reason: [
        _("The next rungs wait until %(date)s") % {"date": written_at(reason["paused_until"])}
    ],
    "silent_after": lambda reason: [
        _("Counts as silent after %(date)s") % {"date": written_at(reason["silent_after"])}
    ],
    "call_back": _call,
    "error": _said("error"),
    "fields": set_by_hand,
    "filled": filled_in,
    "unfit": left_out,
}

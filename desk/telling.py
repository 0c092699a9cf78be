"""The history of a ticket in words: who did what, what the customer may read, and for everything
that happened by itself, why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from desk.field_telling import filled_in, left_out, set_by_hand
from desk.times import local
from desk.words import said_as
from tickets.rules.verdict import in_words
from tickets.work.models import TimelineEntry

Reason = dict[str, Any]
BY_THEMSELVES = ("rule", "clock")


@dataclass(frozen=True)
class Told:
    """`tone` is theirs (the customer's words), ours (what the customer reads), inside (for
    colleagues) or act."""

    number: int
    at: datetime
    who: str
    tone: str
    title: str
    text: str
    by_itself: bool
    lines: list[str] = field(default_factory=list)


def tell(entries: Sequence[TimelineEntry]) -> list[Told]:
    return [_told(entry) for entry in entries]


def _told(entry: TimelineEntry) -> Told:
    return Told(
        number=entry.pk,
        at=entry.at,
        who=entry.actor.name if entry.actor else said_as(entry.actor_kind, "actor"),
        tone=_tone(entry),
        title=title_of(entry),
        text=entry.text,
        by_itself=entry.actor_kind in BY_THEMSELVES,
        lines=_lines(entry.reason),
    )


def _tone(entry: TimelineEntry) -> str:
    if not entry.text:
        return "act"
    if entry.actor_kind == "customer" or entry.kind == "feedback_joined":
        return "theirs"
    return "ours" if entry.public else "inside"


def title_of(entry: TimelineEntry) -> str:
    kind, reason = entry.kind, entry.reason
    if kind.startswith("gesture_"):
        state = said_as(kind.removeprefix("gesture_"), "gesture_state")
        return f"{said_as(reason.get('kind', ''), 'gesture')}: {state}"
    title = _TITLES.get(kind)
    return title(reason) if title else kind


def _contact(reason: Reason) -> str:
    channel = said_as(reason.get("channel"), "contact")
    return f"{channel}: {said_as(reason.get('outcome'), 'reached')}"


def _assigned(reason: Reason) -> str:
    return _("Given to %(name)s") % {"name": reason.get("assignee", {}).get("name", "?")}


def _watched(reason: Reason) -> str:
    return _("%(name)s watches it now") % {"name": reason.get("watcher", {}).get("name", "?")}


def _macro(reason: Reason) -> str:
    return _("Used the macro “%(name)s”") % {"name": reason.get("macro", {}).get("name", "?")}


def _handed_over(reason: Reason) -> str:
    return _("Handed over from %(before)s to %(after)s") % {
        "before": reason.get("from"),
        "after": reason.get("to"),
    }


def _sent_back(reason: Reason) -> str:
    return _("Sent back from %(before)s to %(after)s") % {
        "before": reason.get("from"),
        "after": reason.get("to"),
    }


def _accepted(reason: Reason) -> str:
    return _("Accepted by %(group)s") % {"group": reason.get("to")}


def _not_accepted(reason: Reason) -> str:
    return _("Nobody of %(group)s has accepted it in time") % {"group": reason.get("to")}


def _waiting(reason: Reason) -> str:
    if until := reason.get("until"):
        return _("Waits for the customer until %(date)s") % {"date": _when(until)}
    return _("Waits for the customer")


def _promised_anew(reason: Reason) -> str:
    words = _("Goes on under version %(version)s of the policy “%(slug)s”")
    return str(words % reason.get("policy", {"version": "?", "slug": "?"}))


def _reminded(reason: Reason) -> str:
    return _("Reminded the customer, for the %(number)s. time") % {"number": reason.get("number")}


def _closed(reason: Reason) -> str:
    return _("Closed: %(outcome)s") % {"outcome": said_as(reason.get("outcome"), "outcome")}


def _answered(reason: Reason) -> str:
    parts = [_("The customer's answer")]
    if "solved" in reason:
        parts.append(_("it is solved") if reason["solved"] else _("it is not solved"))
    if "score" in reason:
        parts.append(_("%(score)s of 5") % {"score": reason["score"]})
    if "channel" in reason:
        parts.append(said_as(reason["channel"], "contact"))
    return ", ".join(parts)


def _taken_back(reason: Reason) -> str:
    if reason.get("what") == "resolved":
        return _("Took back that it is resolved, before the customer was asked")
    return _("Took the letter back before it left")


def _reopened(reason: Reason) -> str:
    return _("Begun anew: cycle %(number)s") % {"number": reason.get("cycle", "?")}


def _merged(reason: Reason) -> str:
    return _("Merged into %(ref)s, which goes on for both") % {"ref": reason.get("into")}


def _merged_in(reason: Reason) -> str:
    return _("%(ref)s was merged into this one") % {"ref": reason.get("from")}


def _priority(reason: Reason) -> str:
    return _("Priority from %(before)s to %(after)s") % {
        "before": said_as(reason.get("from"), "priority"),
        "after": said_as(reason.get("to"), "priority"),
    }


def _resolved(reason: Reason) -> str:
    return _("Resolved; root cause: %(cause)s") % {"cause": reason.get("root_cause")}


def _breached(reason: Reason) -> str:
    return _("Promise broken: %(clock)s, cycle %(number)s") % {
        "clock": said_as(reason.get("clock"), "clock"),
        "number": reason.get("cycle"),
    }


def _escalated(reason: Reason) -> str:
    return _("Escalated: %(clock)s, rung %(number)s") % {
        "clock": said_as(reason.get("clock"), "clock"),
        "number": reason.get("rung"),
    }


def _acknowledged(reason: Reason) -> str:
    return _("Took note of the escalation: %(clock)s, rung %(number)s") % {
        "clock": said_as(reason.get("clock"), "clock"),
        "number": reason.get("rung"),
    }


def _consent(reason: Reason) -> str:
    purpose = {"purpose": said_as(reason.get("purpose"), "consent")}
    if reason.get("granted"):
        return _("The customer allows: %(purpose)s") % purpose
    return _("The customer does not allow: %(purpose)s") % purpose


def _when(written: str) -> str:
    at = parse_datetime(written)
    return local(at) if at else written


_TITLES: dict[str, Callable[[Reason], str]] = {
    "opened": lambda _reason: _("Ticket opened"),
    "assigned": _assigned,
    "watched": _watched,
    "unassigned": lambda _reason: _("Nobody owns it now"),
    "handed_over": _handed_over,
    "accepted": _accepted,
    "sent_back": _sent_back,
    "not_accepted": _not_accepted,
    "acknowledged": lambda _reason: _("Told the customer that we have the message"),
    "reply": lambda _reason: _("Wrote to the customer"),
    "contact": _contact,
    "note": lambda _reason: _("Note"),
    "macro": _macro,
    "snoozed": lambda reason: _("Put away until %(date)s") % {"date": _when(reason["until"])},
    "woken": lambda _reason: _("Brought back"),
    "linked": lambda reason: _("Linked with %(ref)s") % {"ref": reason.get("with")},
    "unlinked": lambda reason: _("No longer linked with %(ref)s") % {"ref": reason.get("with")},
    "split": lambda reason: (
        _("One feedback has its own ticket: %(ref)s") % {"ref": reason.get("into")}
    ),
    "not_spam": lambda _reason: _("Taken for spam by mistake: open again"),
    "customer_message": lambda _reason: _("The customer wrote"),
    "feedback_joined": lambda _reason: _("Further feedback of the customer"),
    "waiting": _waiting,
    "wait_ended": lambda _reason: _("The wait has ended"),
    "reminded": _reminded,
    "asked_to_close": lambda _reason: _("Asked the customer whether we may close"),
    "promised_anew": _promised_anew,
    "resolved": _resolved,
    "asked": lambda _reason: _("Asked the customer whether it is put right"),
    "not_asked": lambda _reason: _("The customer was not asked"),
    "answered": _answered,
    "closed": _closed,
    "reopened": _reopened,
    "merged": _merged,
    "merged_in": _merged_in,
    "customer_joined": lambda _reason: _("Said to be a trusted customer, and theirs since"),
    "customer_parted": lambda _reason: _("Said to be somebody else after all"),
    "consent": _consent,
    "tagged": lambda _reason: _("Tags changed"),
    "shared": lambda _reason: _("Sharing changed"),
    "fields_set": lambda _reason: _("Fields changed"),
    "retagged": lambda _reason: _("A tag is called otherwise on every ticket"),
    "priority": _priority,
    "taken_back": _taken_back,
    "letter_failed": lambda _reason: _("A letter reached nobody; the promise is open again"),
    "recovery_changed": lambda _reason: _("What went wrong"),
    "breached": _breached,
    "escalated": _escalated,
    "escalation_acknowledged": _acknowledged,
}


def _lines(reason: Reason) -> list[str]:
    """What the title has not said of the reason, a line each."""
    return [line for name, tells in _LINES.items() if name in reason for line in tells(reason)]


def _rule(reason: Reason) -> list[str]:
    rule = reason["rule"] or {}
    return [
        _("Rule “%(name)s”, version %(version)s")
        % {"name": rule.get("name"), "version": rule.get("version")}
    ]


def _matched(reason: Reason) -> list[str]:
    return [f"{name} = {in_words(value)}" for name, value in (reason["matched"] or {}).items()]


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
)


def _sentence(said: str) -> str:
    return _(said) if said in _SENTENCES else said


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
    "split_from": lambda reason: [_("Split from %(ref)s") % {"ref": reason["split_from"]}],
    "to_many": lambda _reason: [_("Said to many at once, so it keeps no promise")],
    "mentioned": lambda reason: _names(
        _("Mentioned"), [one["name"] for one in reason["mentioned"]]
    ),
    "added": lambda reason: _names(_("Added"), reason["added"]),
    "removed": lambda reason: _names(_("Removed"), reason["removed"]),
    "to_note": lambda reason: _names(_("May read and write notes"), reason["to_note"]),
    "to_read": lambda reason: _names(_("May only read from now on"), reason["to_read"]),
    "because": lambda reason: [said_as(reason["because"], "handed_for")],
    "accept_by": lambda reason: [
        _("To be accepted by %(date)s") % {"date": _when(reason["accept_by"])}
    ],
    "failure": _said("failure"),
    "said": _said("said"),
    "ladder": lambda reason: [
        _("Ladder “%(slug)s”, version %(version)s") % reason["ladder"],
    ],
    "told": _told_people,
    "late_by_us": _late,
    "foreseen_for": lambda reason: [
        _("Brought forward from %(date)s: somebody will be asleep then")
        % {"date": _when(reason["foreseen_for"])}
    ],
    "paused_until": lambda reason: [
        _("The next rungs wait until %(date)s") % {"date": _when(reason["paused_until"])}
    ],
    "silent_after": lambda reason: [
        _("Counts as silent after %(date)s") % {"date": _when(reason["silent_after"])}
    ],
    "error": _said("error"),
    "fields": set_by_hand,
    "filled": filled_in,
    "unfit": left_out,
}

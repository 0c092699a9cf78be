"""What happened to a ticket, in a line."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from desk.times import written_at
from desk.words import said_as
from feedback.email.fitting import LEFT
from tickets.problems.announcing import ANNOUNCEMENT
from tickets.recovery.letters import QUESTION_AGAIN
from tickets.work.actions.customer_message import WRITTEN_FROM
from tickets.work.letter_words import QUESTION
from tickets.work.models import TimelineEntry
from tickets.work.side_letters import SIDE
from tickets.work.status_letters import STATUS

Reason = dict[str, Any]


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


def _handover_taken_back(reason: Reason) -> str:
    return _("Took the hand-over to %(group)s back") % {"group": reason.get("from")}


def _accepted(reason: Reason) -> str:
    return _("Accepted by %(group)s") % {"group": reason.get("to")}


def _not_accepted(reason: Reason) -> str:
    return _("Nobody of %(group)s has accepted it in time") % {"group": reason.get("to")}


def _customer_message(reason: Reason) -> str:
    said = _("The customer wrote")
    if address := reason.get(WRITTEN_FROM):
        said = _("Written from %(address)s, not the customer's address") % {"address": address}
    return _with_left(said, reason)


def _with_left(said: str, reason: Reason) -> str:
    """Files that did not fit are named: whoever asks for them finds them in the mail."""
    if left := reason.get(LEFT):
        files = _("Not kept beside the mail: %(files)s") % {"files": left}
        return f"{said}. {files}"
    return said


def _side_letter(reason: Reason) -> str:
    if who := reason.get("to"):
        return _("Wrote to %(who)s, not to the customer") % {"who": who}
    return _("Wrote to somebody else, not to the customer")


def _side_answer(reason: Reason) -> str:
    said = _("Answered what a colleague had written to them")
    if reason.get("by_customer"):
        said = _("The customer, where somebody else was asked: answer them with a reply")
    elif who := reason.get("written_for"):
        said = _("Answered what was written to %(who)s") % {"who": who}
    return _with_left(said, reason)


def _reply(reason: Reason) -> str:
    if reason.get("at_receipt"):
        return _("Put an answer on the receipt page")
    if "gesture" not in reason:
        return _("Wrote to the customer")
    about = {"gesture": said_as(reason.get("kind", ""), "gesture")}
    if reason.get("offer"):
        return _("Wrote to the customer, with an offer: %(gesture)s") % about
    return _("Wrote to the customer: %(gesture)s") % about


def _letter_failed(reason: Reason) -> str:
    if reason.get("letter") == SIDE:
        return _("A letter to somebody else reached nobody")
    if reason.get("letter") == STATUS:
        return _("The link to their page reached nobody")
    if reason.get("letter") == ANNOUNCEMENT:
        return _("What was done about the problem reached nobody: the letter came back")
    if reason.get("letter") == QUESTION:
        return _("The question whether it is put right reached nobody")
    if reason.get("letter") == QUESTION_AGAIN:
        return _("Asking once more reached nobody; the first question still stands")
    return _("A letter reached nobody; the promise is open again")


def _status_link(reason: Reason) -> str:
    if reason.get("handed"):
        return _("Took a link to the customer's page, to hand it on")
    return _("A link to their page was sent to the customer")


def _store_reply(reason: Reason) -> str:
    facts = {
        "store": said_as(reason.get("store"), "store"),
        "date": written_at(reason["replied_at"]),
    }
    if reason.get("edited"):
        return _("The reply in %(store)s was worded anew on %(date)s") % facts
    return _("Replied in %(store)s on %(date)s") % facts


def _feedback_joined(reason: Reason) -> str:
    if not reason.get("edited"):
        return _("Further feedback of the customer")
    stars = {"before": reason.get("stars_before"), "after": reason.get("stars")}
    return _("The customer edited their review: %(before)s stars before, %(after)s now") % stars


def _waiting(reason: Reason) -> str:
    if until := reason.get("until"):
        return _("Waits for the customer until %(date)s") % {"date": written_at(until)}
    return _("Waits for the customer")


def _promised_anew(reason: Reason) -> str:
    words = _("Goes on under version %(version)s of the policy “%(slug)s”")
    return str(words % reason.get("policy", {"version": "?", "slug": "?"}))


def _reminded(reason: Reason) -> str:
    return _("Reminded the customer (reminder %(number)s)") % {"number": reason.get("number")}


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


_TITLES: dict[str, Callable[[Reason], str]] = {
    "opened": lambda _reason: _("Ticket opened"),
    "assigned": _assigned,
    "watched": _watched,
    "unassigned": lambda _reason: _("Nobody owns it now"),
    "handed_over": _handed_over,
    "accepted": _accepted,
    "sent_back": _sent_back,
    "handover_taken_back": _handover_taken_back,
    "not_accepted": _not_accepted,
    "acknowledged": lambda _reason: _("Told the customer that we have the message"),
    "reply": _reply,
    "contact": _contact,
    "note": lambda _reason: _("Note"),
    "macro": _macro,
    "snoozed": lambda reason: _("Put away until %(date)s") % {"date": written_at(reason["until"])},
    "woken": lambda _reason: _("Brought back"),
    "linked": lambda reason: _("Linked with %(ref)s") % {"ref": reason.get("with")},
    "unlinked": lambda reason: _("No longer linked with %(ref)s") % {"ref": reason.get("with")},
    "split": lambda reason: (
        _("One feedback has its own ticket: %(ref)s") % {"ref": reason.get("into")}
    ),
    "not_spam": lambda _reason: _("Taken for spam by mistake: open again"),
    "customer_message": _customer_message,
    "side_letter": _side_letter,
    "side_answer": _side_answer,
    "asked_for_answer": lambda _reason: _("Asks for an answer on the receipt page"),
    "asked_for_call": lambda _reason: _("Asks to be called, at this number"),
    "status_link": _status_link,
    "answer_opened": lambda _reason: _("Opened our answer on the receipt page"),
    "feedback_joined": _feedback_joined,
    "store_reply": _store_reply,
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
    "address_proven": lambda _reason: _("They answered a letter of ours: their address is proven"),
    "customer_joined": lambda _reason: _("Said to be a trusted customer, and theirs since"),
    "customer_parted": lambda _reason: _("Said to be somebody else after all"),
    "consent": _consent,
    "tagged": lambda _reason: _("Tags changed"),
    "shared": lambda _reason: _("Sharing changed"),
    "fields_set": lambda _reason: _("Fields changed"),
    "retagged": lambda _reason: _("A tag is called otherwise on every ticket"),
    "priority": _priority,
    "taken_back": _taken_back,
    "letter_failed": _letter_failed,
    "announced": lambda _reason: _("Told the customer what was done, as everybody concerned"),
    "recovery_changed": lambda _reason: _("What went wrong"),
    "playbook_left": lambda reason: (
        _("Left the playbook “%(name)s”") % {"name": reason["playbook"]}
    ),
    "asked_again": lambda _reason: _("Asked the customer once more"),
    "no_gesture": lambda _reason: _("Nothing need be given for it"),
    "breached": _breached,
    "escalated": _escalated,
    "escalation_acknowledged": _acknowledged,
}

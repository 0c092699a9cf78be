"""Legal moves. One table; from it come the API's 409s, the buttons and the docs. Pure.

new ──► open ──► waiting ──► resolved ──► closed
         ▲  assign, reply, log_contact from new
         └── a customer's message, the date, reopen, an unhappy answer
"""

from dataclasses import dataclass

NEW, OPEN, WAITING, RESOLVED, CLOSED = "new", "open", "waiting", "resolved", "closed"
STATUSES = (NEW, OPEN, WAITING, RESOLVED, CLOSED)
UNRESOLVED = (NEW, OPEN, WAITING)
NOT_CLOSED = (NEW, OPEN, WAITING, RESOLVED)


@dataclass(frozen=True)
class Move:
    """From which statuses a verb may be said, and where it leads (None: it stays)."""

    allowed: tuple[str, ...]
    to: str | None = None
    only_from: tuple[str, ...] = ()

    def leads_to(self, status: str) -> str:
        moves = self.to is not None and (not self.only_from or status in self.only_from)
        return self.to if moves and self.to else status


MOVES: dict[str, Move] = {
    "assign": Move(NOT_CLOSED, OPEN, only_from=(NEW,)),
    "hand-over": Move(NOT_CLOSED),
    "accept": Move(NOT_CLOSED),
    "send-back": Move(NOT_CLOSED),
    "reply": Move(NOT_CLOSED, OPEN, only_from=(NEW,)),
    "log-contact": Move(NOT_CLOSED, OPEN, only_from=(NEW,)),
    "wait": Move((NEW, OPEN), WAITING),
    "resolve": Move(UNRESOLVED, RESOLVED),
    "close": Move(NOT_CLOSED, CLOSED),
    "reopen": Move((RESOLVED, CLOSED), OPEN),
    "merge": Move(NOT_CLOSED, CLOSED),
    "final-position": Move(UNRESOLVED, CLOSED),
    "take-back": Move(NOT_CLOSED, OPEN, only_from=(RESOLVED,)),
    "note": Move(STATUSES),
    "side": Move(STATUSES),
    "side-back": Move(STATUSES),
    "macro": Move(STATUSES),
    "snooze": Move(UNRESOLVED),
    "wake": Move(STATUSES),
    "link": Move(STATUSES),
    "unlink": Move(STATUSES),
    "split": Move(STATUSES),
    "spam": Move(NOT_CLOSED, CLOSED),
    "not-spam": Move((CLOSED,), OPEN),
    "tag": Move(STATUSES),
    "share": Move(STATUSES),
    "fields": Move(STATUSES),
    "priority": Move(STATUSES),
    "watch": Move(STATUSES),
    "unwatch": Move(STATUSES),
}

# What happens without a person's verb.
MOVES_BY_THEMSELVES: dict[str, Move] = {
    "customer_message": Move(STATUSES, OPEN, only_from=(WAITING,)),
    "side_answer": Move(STATUSES, OPEN, only_from=(WAITING,)),
    "store_reply": Move(STATUSES, OPEN, only_from=(NEW,)),
    "wait_ended": Move((WAITING,), OPEN),
    "unhappy_answer": Move((RESOLVED, CLOSED), OPEN),
    "answered": Move((RESOLVED, CLOSED), CLOSED),  # closed: it was late, but they did answer
    "silence": Move((RESOLVED,), CLOSED),
    "silent_wait": Move((WAITING,), CLOSED),
}

# After so many repairs that were not enough the ticket belongs to the manager.
LAST_CYCLE = 3


def legal_verbs(status: str) -> list[str]:
    return [verb for verb, move in MOVES.items() if status in move.allowed]


OUTCOMES_BY_ANSWER = ("recovered", "improved", "satisfied_without_repair", "not_recovered")
OUTCOMES_BY_AGENT = (
    "unreachable",
    "no_contact_wanted",
    "no_contact_possible",
    "not_actionable",
    "spam",
)
OUTCOMES = (*OUTCOMES_BY_ANSWER, "silent", "merged", *OUTCOMES_BY_AGENT)

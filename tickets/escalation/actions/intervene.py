"""What a rung does to the ticket itself. Its entries name the rung."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

from accounts.models import User
from cxloop.kernel.errors import Refused
from tickets.escalation.recipients import Member, who_takes_over
from tickets.escalation.roster import Roster
from tickets.escalation.rungs import Recipient, Rung
from tickets.work.actions.assign import assign_ticket
from tickets.work.actions.follow import watch
from tickets.work.actions.label import change_priority
from tickets.work.actor import CLOCK
from tickets.work.assignment import LEAST_LOADED, Candidate, choose
from tickets.work.lifecycle import legal_verbs
from tickets.work.models import PRIORITY_WORDS, Ticket


def intervene(
    ticket: Ticket, rungs: Iterable[Rung], roster: Roster, *, why: str, now: datetime
) -> dict[str, Any]:
    """Does what these rungs say, where two say different things what the later one says; returns
    what was done. The ticket must be locked."""
    said = list(rungs)
    done: dict[str, Any] = {}
    for word in [rung.set_priority for rung in said if rung.set_priority][-1:]:
        if _raise_priority(ticket, word, why, now):
            done["priority"] = word
    for wanted in [rung.reassign_to for rung in said if rung.reassign_to][-1:]:
        if owner := _reassign(ticket, wanted, roster, why=why, now=now):
            done["assignee"] = owner.brief()
    for wanted in dict.fromkeys(rung.add_watcher for rung in said if rung.add_watcher):
        if watcher := _add_watcher(ticket, wanted, roster, why=why, now=now):
            done["watcher"] = watcher.brief()
    return done


def _raise_priority(ticket: Ticket, word: str, why: str, now: datetime) -> bool:
    """Never lowers it: a promise in danger is no reason to care less."""
    if PRIORITY_WORDS[word] <= ticket.priority:
        return False
    change_priority(ticket, priority=PRIORITY_WORDS[word], by=CLOCK, now=now, why=why)
    return True


def _reassign(
    ticket: Ticket, wanted: Recipient, roster: Roster, *, why: str, now: datetime
) -> User | None:
    """The new owner; None where it stays as it is, also because nobody has room for it."""
    if "assign" not in legal_verbs(ticket.status):
        return None
    for members in who_takes_over(wanted, roster.team(ticket)):
        if ticket.assignee_id in [member.user for member in members]:
            return None
        if owner := _with_room(members, roster):
            roster.give(owner.pk)
            assign_ticket(ticket, assignee=owner, by=CLOCK, now=now, why=why)
            return owner
    return None


def _add_watcher(
    ticket: Ticket, wanted: Recipient, roster: Roster, *, why: str, now: datetime
) -> User | None:
    """Of several of that level the first who does not watch it yet; None where all do, or none is
    there."""
    levels = who_takes_over(wanted, roster.team(ticket), to_work=False)
    people = [roster.people[member.user] for member in next(filter(None, levels), ())]
    with suppress(Refused):  # enough people watch it
        return next((one for one in people if watch(ticket, one, by=CLOCK, now=now, why=why)), None)
    return None


def _with_room(members: tuple[Member, ...], roster: Roster) -> User | None:
    load = roster.load(member.user for member in members)
    people = [roster.people[member.user] for member in members]
    candidates = [Candidate(p.pk, load[p.pk], p.open_ticket_cap, None) for p in people]
    chosen, _ = choose(LEAST_LOADED, candidates)
    return roster.people[chosen.user] if chosen else None

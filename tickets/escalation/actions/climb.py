"""Clocks whose time has come: broken promises noted, every rung passed once, people named."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import F

from cxloop.kernel.copying import copy_rows, new_row, number_rows
from tickets.escalation.actions.intervene import intervene
from tickets.escalation.book import Ladders
from tickets.escalation.conditions import Facts
from tickets.escalation.hours import hours_by_person
from tickets.escalation.ladder import Look, Moment, is_for, look, moments, rungs_of
from tickets.escalation.ladder_lock import may_climb
from tickets.escalation.models import Escalation, Ladder, Notice
from tickets.escalation.past import Past, past_of
from tickets.escalation.quiet import Ahead, look_ahead, tell_at, warnings
from tickets.escalation.recipients import Team, Told, addresses, who_hears
from tickets.escalation.roster import Roster
from tickets.escalation.rungs import Rung
from tickets.sla.actions.look import leave_for
from tickets.sla.ledger import BREACHED, Reading
from tickets.sla.models import AMONG_US, Clock
from tickets.sla.writing import Page, hours_of, settled
from tickets.work.actor import CLOCK
from tickets.work.lifecycle import CLOSED
from tickets.work.models import Ticket, TimelineEntry
from tickets.work.timeline import entry

# By ticket, who can end what we owe each other there; nothing where nobody knows.
WhoDecides = Callable[[Collection[int]], Mapping[int, Collection[int]]]
LATE = timedelta(seconds=120)
BUSY = timedelta(seconds=1)


def nobody_knows(_tickets: Collection[int]) -> Mapping[int, Collection[int]]:
    return {}


def climb(clocks: list[Clock], now: datetime, *, who_decides: WhoDecides = nobody_knows) -> None:
    """Settles these clocks, notes the rungs they have passed and says when to look again. Their
    rows must be locked. `who_decides` is a later room's: what we owe each other only some can end.

    Everywhere else a ticket is locked before its clocks, so here nobody waits for one: a clock
    whose ticket is being worked on comes again in a second.
    """
    tickets = _lock_free(clocks) if may_climb() else {}
    busy = [clock for clock in clocks if clock.promise_id not in tickets]
    if busy:
        leave_for(busy, now + BUSY)
    free = [clock for clock in clocks if clock.promise_id in tickets]
    if free:
        _Pass(free, tickets, now, who_decides).make()


def _lock_free(clocks: list[Clock]) -> dict[int, Ticket]:
    numbers = {clock.promise_id for clock in clocks}
    tickets = Ticket.objects.filter(pk__among=list(numbers))
    free = tickets.select_for_update(no_key=True, skip_locked=True, of=("self",))
    seen = free.annotate(value=F("customer__value"), segment=F("customer__segment"))
    return {ticket.pk: ticket for ticket in seen}


def _facts(ticket: Any) -> Facts:
    """Of a ticket as it was locked here: whole customers would be read for two words each."""
    return Facts(ticket.priority_word, ticket.cycle, ticket.value, ticket.segment or "")


class _Pass:
    """One batch: everything is read first and each clock looked at, then its row is written, once,
    then what follows from the looks, which may change clocks again."""

    def __init__(
        self,
        clocks: list[Clock],
        tickets: dict[int, Ticket],
        now: datetime,
        who_decides: WhoDecides,
    ) -> None:
        self.clocks, self.tickets, self.now = clocks, tickets, now
        self.who_decides = who_decides
        self.called_for = {clock.pk: clock.next_action_at or now for clock in clocks}
        self.said_broken = _said_broken([clock for clock in clocks if clock.state == BREACHED])
        self.page = settled(Page(clocks, now), now)
        self.ladders = Ladders()
        self.past = past_of(clocks)
        self.hours = hours_by_person()
        self.looks: dict[int, datetime | None] = {}
        self.entries: list[TimelineEntry] = []
        self.escalations: list[Escalation] = []
        self.resumed: list[Escalation] = []

    def make(self) -> None:
        looks = [self._look_at(clock, self.tickets[clock.promise_id]) for clock in self.clocks]
        self.page.write_all(self.looks)
        for clock, (seen, ahead) in zip(self.clocks, looks, strict=True):
            self._follow(clock, self.tickets[clock.promise_id], seen, ahead)
        number_rows(self.escalations)
        copy_rows(self.escalations)
        copy_rows(self.entries)
        Escalation.objects.bulk_update(self.resumed, ["skipped", "what", "over"])
        heard = [*self.escalations, *self.resumed]
        copy_rows([notice for row in heard for notice in self._notices(row)])

    @cached_property
    def roster(self) -> Roster:
        groups = {ticket.group_id for ticket in self.tickets.values()}
        watched = self.tickets if self.ladders.tell_watchers() else ()
        return Roster(groups, self.ladders.people(), self.now, watched=watched)

    @cached_property
    def deciders(self) -> Mapping[int, Collection[int]]:
        numbers = {clock.promise_id for clock in self.clocks if clock.kind in AMONG_US}
        return self.who_decides(numbers) if numbers else {}

    def _team(self, clock: Clock, ticket: Ticket) -> Team:
        """Those who can do something about it; all, where nobody can."""
        team = self.roster.team(ticket)
        few = self.deciders.get(ticket.pk) if clock.kind in AMONG_US else None
        return team.of_those(few) if few else team

    def _look_at(self, clock: Clock, ticket: Ticket) -> tuple[Look, Ahead]:
        reading, (_, rungs) = self.page.readings[clock.pk], self.ladders.of(ticket.group_id)
        found = moments(rungs_of(clock.kind, rungs), reading, hours_of(clock))
        past, facts = self.past[clock.pk], _facts(ticket)
        raised = past.raised.values()
        seen = look(found, reading, raised, self.now, pause=past.pause, facts=facts)
        ahead = self._look_ahead(found, reading, clock, ticket)
        self.looks[clock.pk] = min(filter(None, [seen.next_at, ahead.next_at]), default=None)
        return seen, ahead

    def _follow(self, clock: Clock, ticket: Ticket, seen: Look, ahead: Ahead) -> None:
        reading, (ladder, _) = self.page.readings[clock.pk], self.ladders.of(ticket.group_id)
        if reading.state == BREACHED and _name(clock) not in self.said_broken:
            self._say_broken(clock, ticket)
        if ladder and (seen.passed or seen.heard):
            self._raise(clock, ticket, ladder, seen)
        if ladder and ahead.early:
            self._raise(clock, ticket, ladder, Look(ahead.early, ahead.early, None))

    def _look_ahead(
        self, found: list[Moment], reading: Reading, clock: Clock, ticket: Ticket
    ) -> Ahead:
        """What must be climbed now for those who will be asleep then. In a pause nothing is, and
        nobody hears of imported history."""
        past = self.past[clock.pk]
        is_paused = past.paused_until is not None and self.now < past.paused_until
        if not self.hours or is_paused or ticket.quiet:
            return Ahead()
        coming = warnings(found, reading, past.raised.values(), self.now)
        coming = [moment for moment in coming if is_for(moment, _facts(ticket))]
        return look_ahead(coming, self._team(clock, ticket), self.hours, self.now)

    def _say_broken(self, clock: Clock, ticket: Ticket) -> None:
        assert clock.due_at is not None
        reason = {
            "clock": clock.kind,
            "cycle": clock.cycle,
            "due_at": clock.due_at.isoformat(),
            "late_by_us": self._is_late(clock, ticket, clock.due_at),
        }
        self.entries.append(entry(ticket, "breached", CLOCK, at=self.now, reason=reason))

    def _raise(self, clock: Clock, ticket: Ticket, ladder: Ladder, seen: Look) -> None:
        past = self.past[clock.pk]
        skipped, facts = self._why_unheard(ticket, past), _facts(ticket)
        rows = dict(past.held)
        for moment in seen.passed:
            row = self._escalation(clock, ticket, ladder, moment)
            row.skipped, rows[moment.rung.when] = skipped, row
            if unmet := moment.rung.only_if.unmet(facts):
                row.what["unmet"] = unmet
                row.skipped = skipped if ticket.quiet else Escalation.Skipped.CONDITIONS
            self.escalations.append(row)
        if ticket.quiet or not seen.heard:
            return
        heard = [(rows[moment.rung.when], moment.rung) for moment in seen.heard]
        done = intervene(
            ticket,
            [m.rung for m in sorted([*seen.passed, *seen.held]) if is_for(m, facts)],
            self.roster,
            why=f"{clock.kind}, rung {heard[-1][0].rung} of {ladder} v{ladder.version}",
            now=self.now,
        )
        for row, rung in heard:
            row.clock = clock
            if row.ladder_id == ladder.pk:
                row.ladder = ladder
            self._let_hear(row, ticket, rung, done)
        self.resumed += [row for row, _ in heard if row in past.held.values()]

    def _why_unheard(self, ticket: Ticket, past: Past) -> str:
        if ticket.quiet:
            return Escalation.Skipped.IMPORTED
        if past.paused_until and self.now < past.paused_until:
            return Escalation.Skipped.ACKNOWLEDGED
        return Escalation.Skipped.SUPERSEDED

    def _escalation(
        self, clock: Clock, ticket: Ticket, ladder: Ladder, moment: Moment
    ) -> Escalation:
        """Unheard so far."""
        past = self.past[clock.pk]
        number = past.number_for(moment.number)
        past.raised[number] = moment.rung.when
        return new_row(
            Escalation,
            ticket_id=ticket.pk,
            clock_id=clock.pk,
            cycle=clock.cycle,
            rung=number,
            ladder_id=ladder.pk,
            ladder_version=ladder.version,
            what={**moment.rung.as_json(), "told": [], "did": {}, **self._foreseen(moment)},
            due_at=min(moment.at, self.now),
            raised_at=self.now,
            late_by_us=self._is_late(clock, ticket, moment.at),
            over=ticket.status == CLOSED,
        )

    def _foreseen(self, moment: Moment) -> dict[str, str]:
        return {"foreseen_for": moment.at.isoformat()} if moment.at > self.now else {}

    def _let_hear(self, row: Escalation, ticket: Ticket, rung: Rung, done: dict[str, Any]) -> None:
        """Whoever was given the ticket hears too."""
        tell = (*rung.tell, "owner") if "assignee" in done else rung.tell
        told = who_hears(tell, self._team(row.clock, ticket))
        told = told or who_hears(tell, self.roster.team(ticket))
        row.what |= {
            "told": [_brief(one) for one in told],
            "addresses": addresses(rung.tell),
            "did": done,
        }
        row.over = ticket.status == CLOSED
        row.skipped = "" if told or row.what["addresses"] else Escalation.Skipped.NOBODY
        reason = {
            "clock": row.clock.kind,
            "cycle": row.cycle,
            "rung": row.rung,
            "when": rung.when.as_json(),
            "due_at": row.due_at.isoformat(),
            "ladder": {"slug": row.ladder.slug, "version": row.ladder_version},
            "told": row.what["told"],
            "addresses": row.what["addresses"],
            "late_by_us": row.late_by_us,
            **({"foreseen_for": row.what["foreseen_for"]} if "foreseen_for" in row.what else {}),
        }
        self.entries.append(entry(ticket, "escalated", CLOCK, at=self.now, reason=reason))

    def _notices(self, row: Escalation) -> list[Notice]:
        people = [
            new_row(
                Notice,
                escalation_id=row.pk,
                user_id=told["id"],
                tell_at=self._tell_at(row, told["id"]),
            )
            for told in row.what["told"]
        ]
        others = [
            new_row(Notice, escalation_id=row.pk, address=to, tell_at=self._tell_at(row, None))
            for to in row.what.get("addresses", ())
        ]
        return people + others

    def _tell_at(self, row: Escalation, user: int | None) -> datetime:
        if row.what.get("urgent") or row.clock.due_at is None:
            return self.now
        at = datetime.fromisoformat(row.what.get("foreseen_for", row.due_at.isoformat()))
        return tell_at(at, row.clock.due_at, self.hours.get(user) if user else None, self.now)

    def _is_late(self, clock: Clock, ticket: Ticket, at: datetime) -> bool:
        """By us: reckoned from when we should have looked. A promise changed or brought in after
        the fact is late by its own history, not by ours."""
        return not ticket.quiet and self.now - max(at, self.called_for[clock.pk]) > LATE


def _said_broken(clocks: list[Clock]) -> set[tuple[int, str, int]]:
    """Those whose breach an act has noted first, and some sweep has written down since."""
    if not clocks:
        return set()
    entries = TimelineEntry.objects.filter(ticket__in={clock.promise_id for clock in clocks})
    names = entries.filter(kind="breached").values_list("ticket", "reason__clock", "reason__cycle")
    return set(names)


def _name(clock: Clock) -> tuple[int, str, int]:
    return clock.promise_id, clock.kind, clock.cycle


def _brief(told: Told) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": told.member.user, "name": told.member.name, "as": told.role}
    if told.instead_of:
        shown["instead_of"] = told.instead_of
    if told.stands_in_for:
        shown["stands_in_for"] = told.stands_in_for.name
    return shown

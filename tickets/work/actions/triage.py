"""Each arrival is judged once: a ticket, a joined ticket, or none and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import AccessGroup
from cxloop.kernel.copying import copy_rows
from feedback.intake.actions.asks import as_reachable
from feedback.intake.actions.claims import lock_people
from feedback.intake.models import Arrival, Channel, Customer, Feedback
from tickets.rules.decision import Decision, decide
from tickets.rules.gathering import facts_of
from tickets.rules.loading import current_rules
from tickets.sla.models import PolicyVersion
from tickets.work.actions.acknowledge import acknowledge_tickets
from tickets.work.actions.join import Joining, join_many
from tickets.work.actions.reviews import Edit, edits_among
from tickets.work.actions.store_replies import note_replies_about
from tickets.work.actor import RULE
from tickets.work.again import Past, one_up, pasts_of
from tickets.work.lifecycle import UNRESOLVED
from tickets.work.models import PRIORITY_WORDS, Ticket, Triage
from tickets.work.opening import Plan, open_tickets, subject_of
from tickets.work.rota import Rota

FALLBACK_POLICY = "standard"


@dataclass
class Judged:
    feedback: Feedback
    decision: Decision
    outcome: str = Triage.Decision.NONE

    @property
    def leads_to_ticket(self) -> bool:
        return self.decision.rule is not None and self.decision.rule.then.ticket


def triage(arrivals: list[Arrival], now: datetime) -> None:
    """Judges these arrivals, in the order of their receipt, and removes them."""
    feedback = _feedback_of(arrivals)
    judged = [Judged(f, d) for f, d in zip(feedback, _decide(feedback), strict=True)]
    reviews = [f for f in feedback if f.channel == Channel.STORE]
    edits = edits_among(reviews)
    may_lead = [j for j in judged if j.leads_to_ticket or j.feedback.channel == Channel.STORE]
    _Desk(now, may_lead, edits).take()
    note_replies_about(reviews, now=now)
    copy_rows([_row(j, now) for j in judged])
    Arrival.objects.filter(pk__in=[arrival.pk for arrival in arrivals]).delete()


def _feedback_of(arrivals: list[Arrival]) -> list[Feedback]:
    heard = Feedback.objects.select_related("customer")
    rows = heard.in_bulk([arrival.pk for arrival in arrivals])
    as_reachable(rows.values())
    return sorted(rows.values(), key=lambda row: (row.received_at, row.pk))


def _decide(feedback: list[Feedback]) -> list[Decision]:
    book = current_rules()
    return [decide(book.rules, facts) for facts in facts_of(feedback, book.windows)]


def _row(judged: Judged, now: datetime) -> Triage:
    rule = judged.decision.rule
    return Triage(
        feedback_id=judged.feedback.pk,
        decision=judged.outcome,
        rule_id=rule.key if rule else None,
        reason=judged.decision.reason if not rule or rule.then.ticket else _why_no_ticket(judged),
        matched=judged.decision.values,
        at=now,
    )


def _why_no_ticket(judged: Judged) -> str:
    assert judged.decision.rule is not None
    return f"{judged.decision.rule.then.reason} ({judged.decision.reason})"


class _Desk:
    """One pass over what leads to tickets: joins what belongs together, opens the rest."""

    def __init__(self, now: datetime, judged: list[Judged], edits: dict[UUID, Edit]) -> None:
        self.now = now
        self.judged = judged
        self.edits = edits
        self.plans: list[Plan] = []
        rules = [j.decision.rule for j in judged if j.decision.rule and j.leads_to_ticket]
        results = [rule.then for rule in rules]
        self.groups = AccessGroup.objects.in_bulk({r.group for r in results}, field_name="slug")
        self.rota = Rota(self.groups.values(), now)
        self.policies = PolicyVersion.objects.newest_by_slug(
            {r.policy for r in results} | {FALLBACK_POLICY}
        )
        _hold_people([j.feedback for j in judged])
        people = {j.feedback.person for j in judged}
        self.open = _open_tickets_of(people)
        self.pasts = dict(pasts_of({person.pk for person in people if person}))
        self.planned: dict[tuple[UUID, str, bool], Plan] = {}
        self.joinings: list[Joining] = []
        self.to_acknowledge: list[Plan] = []

    def take(self) -> None:
        for judged in self.judged:
            if edit := self.edits.get(judged.feedback.pk):
                self._take_edit(judged, edit)
            elif judged.leads_to_ticket:
                self._take_one(judged)
            else:
                self._take_beside(judged)
        join_many(self.joinings, RULE, now=self.now)
        if self.plans:
            open_tickets(self.plans, now=self.now)
            self.rota.write_turns()
        acknowledge_tickets(self.to_acknowledge, now=self.now)

    def _take_edit(self, judged: Judged, edit: Edit) -> None:
        """It goes where the review is, whatever the rules would have made of it alone."""
        reason = _reason(judged) if judged.leads_to_ticket else {}
        if judged.leads_to_ticket:
            judged.outcome = Triage.Decision.JOINED
        self.joinings.append(edit.joining(reason))

    def _take_beside(self, judged: Judged) -> None:
        """A review that leads to no ticket, of which an earlier wording is just getting one."""
        person = judged.feedback.person
        plans = [plan for key, plan in self.planned.items() if person and key[0] == person.pk]
        for plan in plans[:1]:
            plan.take_in(judged.feedback)

    def _take_one(self, judged: Judged) -> None:
        assert judged.decision.rule is not None
        group = self.groups[judged.decision.rule.then.group]
        person, quiet = judged.feedback.person, judged.feedback.quiet
        mine = [t for t in self.open.get(person.pk, []) if t.quiet == quiet] if person else []
        same = next((ticket for ticket in mine if ticket.group_id == group.pk), None)
        planned = self.planned.get((person.pk, group.slug, quiet)) if person else None
        if same is None and planned is None:
            judged.outcome = Triage.Decision.TICKET
            self._plan(judged, group, linked_to=mine[0] if mine else None)
            return
        judged.outcome = Triage.Decision.JOINED
        if planned is not None:
            planned.take_in(judged.feedback)
        elif same is not None:
            self.joinings.append(Joining(same.pk, judged.feedback, _reason(judged)))

    def _plan(self, judged: Judged, group: AccessGroup, *, linked_to: Ticket | None) -> None:
        assert judged.decision.rule is not None
        feedback, then = judged.feedback, judged.decision.rule.then
        person = feedback.person
        policy = self.policies.get(then.policy) or self.policies[FALLBACK_POLICY]
        past, is_again = self._look_back(feedback, policy)
        owner, why = self._owner(feedback, group, then.assign, senior=is_again)
        priority = PRIORITY_WORDS[then.priority]
        plan = Plan(
            group=group,
            policy=policy,
            actor=RULE,
            received_at=feedback.received_at,
            subject=subject_of(feedback),
            customer=person,
            contactable=feedback.way,
            feedback=[feedback],
            priority=one_up(priority) if is_again else priority,
            past=past,
            is_again=is_again,
            assignee=owner,
            tags=then.tags,
            linked_to=linked_to,
            quiet=feedback.quiet,
            reason={**_reason(judged), "assigned": why, **_again(past, is_again)},
        )
        self.plans.append(plan)
        if person:
            self.planned[person.pk, group.slug, feedback.quiet] = plan
        if then.acknowledge and not feedback.quiet:
            self.to_acknowledge.append(plan)

    def _look_back(self, feedback: Feedback, policy: PolicyVersion) -> tuple[Past | None, bool]:
        """How often this customer was failed before, what is opened in this pass included."""
        if (person := feedback.person) is None:
            return None, False
        past = self.pasts.get(person.pk, Past())
        self.pasts[person.pk] = past.with_one_more(feedback.received_at)
        return past, not feedback.quiet and past.is_recent(feedback.received_at, policy)

    def _owner(
        self, feedback: Feedback, group: AccessGroup, strategy: str, *, senior: bool
    ) -> tuple[Any, str]:
        if feedback.quiet:
            return None, "imported history is given to nobody"
        if senior:
            owner, why = self.rota.next_senior(group)
            if owner:
                return owner, why
        return self.rota.next_owner(group, strategy)


def _hold_people(rows: list[Feedback]) -> None:
    """Locks who is behind them to the end: two workers must not open two tickets for one person at
    once, and nobody may become somebody else meanwhile."""
    people = lock_people({row.customer_id for row in rows if row.customer_id})
    for row in rows:
        row.customer = people[row.customer_id] if row.customer_id else None


def _open_tickets_of(people: Iterable[Customer | None]) -> dict[UUID | None, list[Ticket]]:
    """Unresolved tickets of these people, newest first."""
    named = [person.pk for person in people if person]
    tickets = Ticket.objects.filter(customer__in=named, status__in=UNRESOLVED).order_by("-pk")
    found: dict[UUID | None, list[Ticket]] = {}
    for ticket in tickets.select_related("group", "promise__policy__calendar", "customer"):
        found.setdefault(ticket.customer_id, []).append(ticket)
    return found


def _again(past: Past | None, is_again: bool) -> dict[str, Any]:
    return {"again": past.failures + 1} if past and is_again else {}


def _reason(judged: Judged) -> dict[str, Any]:
    rule = judged.decision.rule
    assert rule is not None
    return {
        "rule": {"id": rule.id, "version": rule.version, "name": rule.name},
        "matched": judged.decision.values,
        "feedback": str(judged.feedback.pk),
    }

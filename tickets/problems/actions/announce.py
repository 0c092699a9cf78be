"""You said, we did: drafted, looked at, confirmed, stopped. Nothing is written before somebody has
confirmed it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from cxloop.kernel.errors import Conflict, Fault, Refused
from tickets.problems.announcing import STOPPED, faults_of, foresee, seen_as, unspoken
from tickets.problems.history import note
from tickets.problems.models import Announcement, Problem, Told
from tickets.work.letter_words import LANGUAGES

SLOWEST, FASTEST = 1, 600
State = Announcement.State


def draft_announcement(
    problem: Problem, facts: Mapping[str, Any], *, by: User, now: datetime
) -> Announcement:
    """`facts` by the columns of an announcement. Raises Refused. The problem must be locked."""
    made = Announcement(problem=problem, drafted_by=by, drafted_at=now, **facts)
    _check(made)
    made.save(force_insert=True)
    note(problem, "announcement_drafted", by, now=now, reason={"announcement": made.pk})
    return made


def change_draft(announcement: Announcement, facts: Mapping[str, Any]) -> None:
    """Raises Conflict `illegal_move` once it was confirmed. The problem must be locked."""
    if announcement.state != State.DRAFT:
        raise Conflict("It was confirmed, and says what it said.", code="illegal_move")
    for name, value in facts.items():
        setattr(announcement, name, value)
    _check(announcement)
    announcement.save()


def _check(announcement: Announcement) -> None:
    faults = faults_of(announcement)
    if not any(announcement.words(language).body for language in LANGUAGES):
        faults.append(Fault("/body_en", "required", "Say the words in one language at least."))
    if not SLOWEST <= announcement.per_minute <= FASTEST:
        detail = f"From {SLOWEST} to {FASTEST} letters a minute."
        faults.append(Fault("/per_minute", "out_of_range", detail))
    if faults:
        raise Refused(faults)


def send_announcement(announcement: Announcement, *, by: User, now: datetime, seen: str) -> None:
    """Confirmed: who is written to is settled now, and looked at again when their letter is
    written. `seen` is the mark of the words that were looked at; nothing else is sent. Raises
    Conflict `illegal_move`, `changed` or `nobody_to_tell`, Refused where a language has no words.
    The problem must be locked."""
    if announcement.state != State.DRAFT:
        raise Conflict("It was confirmed already.", code="illegal_move")
    if seen != seen_as(announcement):
        raise Conflict("Somebody has changed its words meanwhile.", code="changed")
    foreseen = foresee(announcement.problem, by)
    if not foreseen.written:
        raise Conflict("Nobody would be written to.", code="nobody_to_tell")
    if faults := unspoken(announcement, foreseen.languages):
        raise Refused(faults)
    announcement.state, announcement.next_at = State.SENDING, now
    announcement.confirmed_at, announcement.confirmed_by = now, by
    announcement.save()
    Told.objects.bulk_create(
        Told(
            announcement=announcement,
            problem=announcement.problem,
            customer=one.customer,
            ticket_id=one.ticket,
            state=Told.State.LEFT_OUT if one.why else Told.State.WAITING,
            why=one.why,
            at=now,
        )
        for one in foreseen.people
    )
    reason = {"announcement": announcement.pk}
    note(announcement.problem, "announcement_confirmed", by, now=now, reason=reason)


def stop_announcement(announcement: Announcement, *, by: User, now: datetime) -> None:
    """Whoever was not written to yet is not. The announcement and its problem must be locked."""
    if announcement.state != State.SENDING:
        raise Conflict("It is not being sent.", code="illegal_move")
    _stop(announcement, by=by, now=now)


def stop_all(problem: Problem, *, by: User, now: datetime) -> None:
    """Of a problem that is put away nobody is told any more. The problem must be locked."""
    rows = Announcement.objects.filter(problem=problem, state=State.SENDING).order_by("pk")
    for announcement in rows.select_for_update(no_key=True):
        announcement.problem = problem
        _stop(announcement, by=by, now=now)


def _stop(announcement: Announcement, *, by: User, now: datetime) -> None:
    waiting = Told.objects.filter(announcement=announcement, state=Told.State.WAITING)
    waiting.update(state=Told.State.LEFT_OUT, why=STOPPED, at=now)
    announcement.state, announcement.next_at = State.STOPPED, None
    announcement.ended_at, announcement.stopped_by = now, by
    announcement.save()
    reason = {"announcement": announcement.pk}
    note(announcement.problem, "announcement_stopped", by, now=now, reason=reason)

"""Praise is passed on by a person, taken away where it was wrong, and read."""

from datetime import datetime

from accounts.models import Membership, User
from cxloop.kernel.errors import Conflict, Refused
from feedback.intake.models import Feedback, Quarantine
from tickets.kudos.judgement import HAND
from tickets.kudos.models import Kudos
from tickets.kudos.sayings import Saying
from tickets.work.models import Ticket
from tickets.work.shown import feedback_visible_to


def pass_on(saying: Saying, person: User, *, by: User, now: datetime) -> Kudos:
    """Also what was taken away before, and as news however long ago it was said. The same again
    changes nothing; what was the groups' is theirs now. Raises Refused for who cannot see it and
    for oneself, Conflict `not_a_person`, `no_words`, `held` or `no_group`."""
    if by.kind != User.Kind.PERSON:
        raise Conflict("Only a person can say whom it praises.", code="not_a_person")
    _check(saying)
    _check_person(saying, person, by)
    group = _group_of(saying, person)
    made = Kudos(
        **saying.key,
        person=person,
        group_id=group,
        why=HAND,
        by=by,
        at=saying.at,
        found_at=now,
    )
    Kudos.objects.bulk_create([made], ignore_conflicts=True)
    row = Kudos.objects.select_for_update(no_key=True).get(**saying.key, person=person)
    if row.withdrawn_at:
        row.why, row.by, row.found_at, row.seen_at, row.quiet = HAND, by, now, None, False
        row.withdrawn_at = row.withdrawn_by = None
        row.save()
    of_groups = Kudos.objects.filter(**saying.key, person=None, withdrawn_at=None)
    of_groups.update(withdrawn_at=now, withdrawn_by=by)
    return row


def withdraw(kudos: Kudos, *, by: User, now: datetime) -> None:
    """It stays as a row: no sweep puts it back. The kudos must be locked."""
    if kudos.withdrawn_at:
        raise Conflict("It was taken away already.", code="withdrawn")
    kudos.withdrawn_at, kudos.withdrawn_by = now, by
    kudos.save(update_fields=["withdrawn_at", "withdrawn_by"])


def see_kudos(person: User, *, now: datetime) -> int:
    """They have read what was new to them."""
    return Kudos.objects.filter(pk__in=Kudos.objects.unseen_by(person).values("pk")).update(
        seen_at=now
    )


def _check(saying: Saying) -> None:
    if not saying.words.strip():
        raise Conflict("There are no words to pass on.", code="no_words")
    if isinstance(saying.said, Feedback) and _is_held(saying.said):
        raise Conflict("It is held: nobody has said yet that it is a customer's.", code="held")
    if not saying.groups:
        raise Conflict("No group owns its source, so it would count nowhere.", code="no_group")


def _is_held(feedback: Feedback) -> bool:
    return Quarantine.objects.filter(feedback=feedback, released_at=None).exists()


def _check_person(saying: Saying, person: User, by: User) -> None:
    if person == by:
        raise Refused.at("/person", "yourself", "Praise is passed on to somebody else.")
    if person.kind != User.Kind.PERSON or not _sees(person, saying):
        raise Refused.at("/person", "cannot_see", "There is no such person who may see it.")


def _sees(person: User, saying: Saying) -> bool:
    if isinstance(saying.said, Feedback):
        return feedback_visible_to(person).filter(pk=saying.said.pk).exists()
    ticket = saying.said.question.ticket_id
    return Ticket.objects.visible_to(person).filter(pk=ticket).exists()


def _group_of(saying: Saying, person: User) -> int:
    """For which of its groups they are praised: one of theirs, else the first."""
    rows = Membership.objects.filter(user=person, group__in=saying.groups)
    held = set(rows.values_list("group", flat=True))
    return next((group for group in saying.groups if group in held), saying.groups[0])

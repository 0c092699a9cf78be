"""The one door to kudos: strangers find nothing, readers may not write."""

from uuid import UUID

from django.db.models import QuerySet

from accounts.models import AccessGroup, User
from cxloop.kernel.errors import Conflict, Forbidden, NotHere
from tickets.kudos.models import Kudos
from tickets.kudos.sayings import Saying, answered, heard
from tickets.recovery.models import Answer
from tickets.work.door import get_ticket_for
from tickets.work.models import Ticket
from tickets.work.shown import feedback_visible_to

_SHOWN = (
    "person",
    "group",
    "by",
    "feedback__source",
    "answer__question__ticket",
)


def only_readers() -> Forbidden:
    return Forbidden("You may read praise, not pass it on or take it away.")


def kudos_seen_by(user: User) -> QuerySet[Kudos]:
    """What stands, with all that is shown of it."""
    return Kudos.objects.visible_to(user).standing().select_related(*_SHOWN)


def feedback_to_praise(user: User, pk: UUID) -> Saying:
    """Raises NotHere for feedback that they do not see, Forbidden where they only read it."""
    if not feedback_visible_to(user).filter(pk=pk).exists():
        raise NotHere()
    return _for_who_works(user, saying_in(feedback=pk))


def answer_to_praise(user: User, ref: str, cycle: int | None = None) -> Saying:
    """The customer's answer on this ticket: of that cycle, else the newest. Raises NotHere,
    Forbidden, and Conflict `not_answered`."""
    ticket = get_ticket_for(user, ref)
    if not Ticket.objects.workable_by(user).filter(pk=ticket.pk).exists():
        raise only_readers()
    return saying_in(answer=answer_on(user, ref, cycle).pk)


def answer_on(user: User, ref: str, cycle: int | None = None) -> Answer:
    """To read. Raises NotHere and Conflict `not_answered`."""
    rows = Answer.objects.filter(question__ticket=get_ticket_for(user, ref))
    rows = rows if cycle is None else rows.filter(question__cycle=cycle)
    found = rows.select_related("question__ticket").order_by("-question__cycle").first()
    if found is None:
        raise Conflict("The customer has not answered.", code="not_answered")
    return found


def saying_in(*, feedback: UUID | None = None, answer: int | None = None) -> Saying:
    """Raises Conflict `spam` for what nobody said."""
    found = heard([feedback]) if feedback else answered([answer] if answer else [])
    saying = next(found, None)
    if saying is None:
        raise Conflict("It is spam: no customer said it.", code="spam")
    return saying


def may_pass_on(user: User, saying: Saying) -> bool:
    """Who works in a group whose it is."""
    workable = AccessGroup.objects.workable_by(user)
    return user.is_admin or workable.filter(pk__in=saying.groups).exists()


def _for_who_works(user: User, saying: Saying) -> Saying:
    if not may_pass_on(user, saying):
        raise only_readers()
    return saying


def kudos_to_change(user: User, pk: int) -> Kudos:
    """Locked. Raises NotHere for strangers, Forbidden for readers."""
    seen = Kudos.objects.visible_to(user).filter(pk=pk)
    if not seen.exists():
        raise NotHere()
    found = Kudos.objects.select_for_update(no_key=True).get(pk=pk)
    _for_who_works(user, saying_of(found))
    return found


def saying_of(kudos: Kudos) -> Saying:
    return saying_in(feedback=kudos.feedback_id, answer=kudos.answer_id)

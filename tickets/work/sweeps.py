"""Work that waits for nobody's click."""

from datetime import datetime, timedelta
from functools import partial

from django.db.models import QuerySet

from cxloop.kernel.away import is_away
from cxloop.kernel.due import Clock, Handle, drain
from cxloop.kernel.letters import drain_undelivered
from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from feedback.email.models import Mail
from feedback.intake.models import Arrival
from feedback.stores.models import StoreReply
from tickets.work.actions.attach import forget_chosen
from tickets.work.actions.bulk import Say, do_bulk
from tickets.work.actions.customer_message import receive_answers
from tickets.work.actions.customers import prove_address
from tickets.work.actions.joinings import do_joinings
from tickets.work.actions.move import end_waits
from tickets.work.actions.move_policy import go_on
from tickets.work.actions.send_back import tell_leads
from tickets.work.actions.side import note_dead_asides
from tickets.work.actions.snooze import wake_due
from tickets.work.actions.store_replies import take_up_replies
from tickets.work.actions.tags import change_on
from tickets.work.actions.talk import strike_dead_letters
from tickets.work.actions.triage import triage
from tickets.work.actions.waiting import note_dead_reminders, remind
from tickets.work.letters import ACKNOWLEDGEMENT, CLOSING, REMINDER, REPLY, STATUS
from tickets.work.models import (
    BulkAct,
    Handover,
    Joining,
    News,
    PolicyMove,
    TagChange,
    Ticket,
    Wait,
)
from tickets.work.side_letters import SIDE
from tickets.work.verbs import say

NEWS_KEPT = timedelta(days=90)


def triage_arrivals(*, clock: Clock = moment, limit: int = 20_000) -> int:
    waiting = Arrival.objects.waiting
    return drain(waiting, triage, batch=500, limit=limit, along="received_at", clock=clock)


def take_up_answers() -> int:
    """What customers wrote to us, and what the stores say that we replied to them."""
    taken = drain(Mail.objects.answers_to_take_up, receive_answers, batch=20)
    taken += drain(StoreReply.objects.to_take_up, take_up_replies, batch=20)
    return taken + prove_addresses()


def prove_addresses() -> int:
    """By the answers that are taken up. Not drained: that has the mail first, and whoever erases a
    customer has the customer first."""
    answered = list(Mail.objects.proofs_to_tell(moment())[:1000])
    for mail in answered:
        try:
            prove_address(mail, now=moment())
        except Exception as error:
            if is_away(error):
                raise
            mail.put_off(error, moment())
    return len(answered)


def do_bulk_acts(say: Say = say) -> int:
    """One ticket a transaction: nobody's own act waits for many."""
    return drain(BulkAct.objects.to_do, partial(do_bulk, say=say), batch=1, limit=1000)


def join_and_part() -> int:
    return drain(Joining.objects.to_do, do_joinings, batch=1)


def rename_tags() -> int:
    return drain(TagChange.objects.to_do, change_on, batch=1, limit=5)


def do_held(say: Say = say) -> int:
    """What somebody confirmed, once the moment for undoing it is over. `say` is what is said to
    many."""
    return do_bulk_acts(say) + join_and_part() + rename_tags()


def forget_bulk_acts() -> int:
    old = BulkAct.objects.to_forget(moment()).values("pk")[:500]
    return BulkAct.objects.filter(pk__in=old).delete()[0]


def forget_joinings() -> int:
    old = Joining.objects.to_forget(moment()).order_by("pk").values("pk")[:500]
    return Joining.objects.filter(pk__in=old).delete()[0]


def forget_tag_changes() -> int:
    old = TagChange.objects.to_forget(moment()).order_by("pk").values("pk")[:500]
    return TagChange.objects.filter(pk__in=old).delete()[0]


def forget_held() -> int:
    return forget_bulk_acts() + forget_joinings() + forget_tag_changes()


def move_policies() -> int:
    return drain(PolicyMove.objects.to_go_on, go_on, batch=1)


def strike_dead(strike: Handle[Letter] = strike_dead_letters) -> int:
    """Letters that reach nobody: dead ones, and those that were withdrawn as they would leave.
    `strike` is what replies, acknowledgements and status letters come to."""
    return (
        drain_undelivered((REPLY, ACKNOWLEDGEMENT, STATUS), strike)
        + drain_undelivered((REMINDER, CLOSING), note_dead_reminders)
        + drain(_dead_asides, note_dead_asides, batch=20)
    )


def _dead_asides(now: datetime) -> QuerySet[Letter]:
    """Nobody withdraws one but who wrote it."""
    return Letter.objects.newly_dead([SIDE]).not_put_off(now)


def forget_news() -> int:
    """The timeline of the ticket keeps it."""
    old = News.objects.filter(at__lt=moment() - NEWS_KEPT)
    forgotten, _ = News.objects.filter(pk__in=old.order_by("at").values("pk")[:20_000]).delete()
    return forgotten


def forget_chosen_files() -> int:
    """A few a transaction, until none is left."""
    now, forgotten = moment(), 0
    while few := forget_chosen(now):
        forgotten += few
    return forgotten


def wake_put_away() -> int:
    return drain(Ticket.objects.to_wake, wake_due, batch=50)


def tell_of_handovers(*, clock: Clock = moment) -> int:
    return drain(Handover.objects.to_tell, tell_leads, batch=50, clock=clock)


def end_due_waits() -> int:
    return drain(Ticket.objects.waits_ended, end_waits, batch=50)


def remind_customers() -> int:
    return drain(Wait.objects.to_remind, remind, batch=20)

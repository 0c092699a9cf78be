"""What a customer does on their status page, and who gives them its address. Whoever has it is
taken for them, as whoever answers a letter is."""

import re
import unicodedata
from datetime import datetime, timedelta

from cxloop.kernel.errors import Conflict, Refused
from cxloop.kernel.letters import write_letter
from cxloop.kernel.models import Letter
from feedback.email.fitting import Fitted
from feedback.intake.call_backs import is_number
from feedback.intake.enclosures import Enclosure
from tickets.sla.actions.call_back import owe_call, running_call
from tickets.sla.calls import CallWish
from tickets.work.actions.customer_message import receive_message, wake
from tickets.work.actions.late_answer import is_late
from tickets.work.actor import CUSTOMER, Actor
from tickets.work.deadlines import refresh_deadline
from tickets.work.letters import can_write_to, status_letter
from tickets.work.models import Ticket
from tickets.work.pressed_twice import is_pressed_twice
from tickets.work.status_links import StatusLink
from tickets.work.timeline import write_entry
from tickets.work.words import add_words

LONGEST_MESSAGE = 10_000
LONGEST_NUMBER = 40
MOST_UNANSWERED = 20
SENT_EVERY = timedelta(hours=6)
# A colleague may send one whenever they want, and presses twice like everybody.
SENT_TWICE_WITHIN = timedelta(minutes=1)
_THEIRS = ("customer_message", "asked_for_call")
_DIALLED = re.compile(r"[0-9+()./ *#-]+")


def write_from_page(
    ticket: Ticket, text: str, files: list[Enclosure], *, received_at: datetime, now: datetime
) -> None:
    """As a mail from them. Pressed twice it is one message. The ticket must be locked. Raises
    Refused, and Conflict `ended` where a message begins nothing anew."""
    _refuse_late(ticket, now)
    _refuse_words(ticket, text)
    if not is_pressed_twice(ticket, text, files, now=now):
        kept = Fitted(tuple(files), {})
        receive_message(ticket, text=text, received_at=received_at, now=now, files=kept)


def _refuse_late(ticket: Ticket, now: datetime) -> None:
    if is_late(ticket, now):
        raise Conflict("It ended long ago: a message is a matter of its own.", code="ended")


def _refuse_words(ticket: Ticket, text: str) -> None:
    if not text.strip():
        raise Refused.at("/text", "required", "Write something first.")
    if len(text) > LONGEST_MESSAGE:
        raise Refused.at("/text", "too_long", f"At most {LONGEST_MESSAGE:,} characters.")
    _refuse_flood(ticket, "/text")


def _refuse_flood(ticket: Ticket, at: str) -> None:
    if unanswered(ticket) >= MOST_UNANSWERED:
        raise Refused.at(at, "enough", "We have not answered what you wrote before.")


def unanswered(ticket: Ticket) -> int:
    """How often they have written, or asked to be called, since our last answer, as far as it
    matters."""
    spoken = ticket.timeline.filter(kind__in=(*_THEIRS, "reply", "contact"))
    last = spoken.order_by("-pk").values_list("kind", flat=True)[:MOST_UNANSWERED]
    kinds = list(last)
    ours = [place for place, kind in enumerate(kinds) if kind not in _THEIRS]
    return ours[0] if ours else len(kinds)


def ask_for_call(ticket: Ticket, phone: str, wish: CallWish, *, now: datetime) -> None:
    """They are to be called at that number, by the end of that time; what had ended begins anew.
    The ticket must be locked. Raises Refused at /phone, and Conflict `ended`."""
    number = dialled(phone)
    _refuse_late(ticket, now)
    running = running_call(ticket.promise)
    if running and _is_same(running.wish, wish) and _asked_last(ticket, number):
        return
    _refuse_flood(ticket, "/phone")
    write_entry(
        ticket, "asked_for_call", CUSTOMER, now=now, text=number, reason={"call_back": wish.data()}
    )
    add_words(ticket, number)
    wake([(ticket, now)], now=now)
    owe_call(ticket.promise, wish, received_at=now, now=now)
    refresh_deadline(ticket)


def dialled(phone: str) -> str:
    """A number as it is dialled, with what people put between its digits."""
    number = " ".join(unicodedata.normalize("NFKC", phone).split(" ")).strip()
    if not _DIALLED.fullmatch(number) or len(number) > LONGEST_NUMBER or not is_number(number):
        raise Refused.at("/phone", "no_number", "Give a number that we can call.")
    return number


def _is_same(one: CallWish, other: CallWish) -> bool:
    """At any time is a day from when it was said, so its ends differ."""
    return one == other or (one.after is None and other.after is None)


def _asked_last(ticket: Ticket, number: str) -> bool:
    asked = ticket.timeline.filter(kind="asked_for_call").order_by("-pk").first()
    return asked is not None and asked.text == number


def send_link_again(ticket: Ticket, *, now: datetime) -> None:
    """To the address that we know, where we may write to it; seldom, since whoever holds an old
    link may ask. Nobody learns whether it was sent."""
    if can_write_to(ticket) and not _was_sent_since(ticket, now - SENT_EVERY):
        _send(ticket, CUSTOMER, now)


def _was_sent_since(ticket: Ticket, since: datetime) -> bool:
    """Not one that a colleague has handed on, nor one whose letter reached nobody or went to an
    address that was put right since: none is a link that they have."""
    rows = ticket.timeline.filter(kind="status_link", at__gt=since)
    sent = rows.exclude(reason__has_key="handed").values_list("pk", flat=True)
    keys = [_key_of(number) for number in sent]
    assert ticket.customer is not None
    letters = Letter.objects.filter(key__in=keys, to=ticket.customer.email)
    return letters.exclude(state__in=[Letter.State.DEAD, Letter.State.WITHDRAWN]).exists()


def _key_of(entry: int) -> str:
    return f"status_link:{entry}"


def give_link(ticket: Ticket, *, send: bool, by: Actor, now: datetime) -> str:
    """The address of the customer's page, for a colleague to hand on; or by a letter, and then
    blank, since it is for the customer's eyes; pressed twice it is one. Raises Conflict
    `no_customer`, `no_address`."""
    if ticket.customer is None or ticket.merged_into_id:
        raise Conflict("There is no customer whose page this would be.", code="no_customer")
    if send:
        if not can_write_to(ticket):
            raise Conflict("This customer has no address we may write to.", code="no_address")
        if not _was_sent_since(ticket, now - SENT_TWICE_WITHIN):
            _send(ticket, by, now)
        return ""
    write_entry(ticket, "status_link", by, now=now, reason={"handed": True})
    return StatusLink(ticket.pk, ticket.customer.pk, now, handed=True).url


def _send(ticket: Ticket, by: Actor, now: datetime) -> None:
    assert ticket.customer is not None
    row = write_entry(ticket, "status_link", by, now=now)
    link = StatusLink(ticket.pk, ticket.customer.pk, now).url
    write_letter(status_letter(ticket, link, key=_key_of(row.pk)), now=now)

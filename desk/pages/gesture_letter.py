"""A letter about a gesture: a page of its own, where it is seen before how it will leave."""

from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from cxloop.kernel.errors import NotHere
from desk.admission import caller
from desk.answers import see, show
from desk.forms.base import Said
from desk.forms.gesture_letter import GestureLetterForm
from desk.once import once
from desk.pages.ticket import ticket_to_work
from desk.taking_back import letter_taken_back
from tickets.recovery.actions.gesture_letter import write_about
from tickets.recovery.actions.refuse import why_no_offer
from tickets.recovery.door import gesture_on
from tickets.recovery.judgement import KEPT, PROMISED
from tickets.recovery.letters import gesture_frame
from tickets.recovery.models import Gesture
from tickets.work.actions.talk import refuse_overtaken
from tickets.work.actor import acting
from tickets.work.door import working_on
from tickets.work.letters import can_write_to, language_of
from tickets.work.models import Ticket

# Where the words of the colleague will stand.
THEIR_WORDS = "…"


@require_http_methods(["GET", "HEAD", "POST"])
def gesture_letter(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    def do(said: Said) -> None:
        with working_on(person, ref) as (ticket, now):
            if "seen" in said:
                refuse_overtaken(ticket, since=said.pop("seen"), by=person)
            write_about(gesture_on(ticket, pk), by=acting(person), now=now, **said)

    person = caller(request)
    found = ticket_to_work(person, ref)
    about = _gesture(found, pk)
    newest = found.timeline.aggregate(newest=Max("pk"))["newest"] or 0
    begun = letter_taken_back(found, about, person)
    form = GestureLetterForm.of(request, initial={"seen": newest, **begun})
    if form.carries_out(lambda said: once(request, lambda: do(said))):
        return see("ticket", ref)
    if about.state not in (PROMISED, KEPT) and request.method != "POST":
        return see("ticket", ref)
    form.catch_up(newest)
    return show(request, "ticket/gesture_letter.html", _context(found, about), form=form)


def _gesture(ticket: Ticket, pk: int) -> Gesture:
    """To read. Raises NotHere where it is another ticket's."""
    rows = Gesture.objects.select_related("recovery").filter(recovery__ticket=ticket)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotHere()
    found.recovery.ticket = ticket
    return found


def _context(ticket: Ticket, gesture: Gesture) -> dict[str, Any]:
    return {
        "ticket": ticket,
        "gesture": gesture,
        "frame": gesture_frame(gesture, THEIR_WORDS),
        "reads": language_of(ticket.customer),
        "can_write": can_write_to(ticket),
        "why_no_offer": why_no_offer(ticket.customer),
        "room": "queue",
    }

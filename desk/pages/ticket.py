"""One ticket: the customer's words, the promises made to them, and everything that can be done."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from rest_framework.exceptions import ValidationError

from accounts.models import User
from cxloop.kernel.errors import Conflict, NotHere, Refused
from cxloop.kernel.moment import moment
from cxloop.kernel.problems import as_known
from cxloop.kernel.snapshot import snapshot
from desk.admission import caller
from desk.answers import SeeOther, is_fragment, see, show
from desk.at_hand import offered_for
from desk.beside import newest_of, note_seen
from desk.drafts import keep_draft, note_said
from desk.forms.beside import ALL_FORMS
from desk.forms.ticket import AcknowledgeForm, Offered, VerbForm
from desk.forms.together import DraftForm
from desk.macros_at_hand import filled_in
from desk.models import DRAFTED
from desk.neighbours import place_in, view_left
from desk.once import once
from desk.pages.files import enclosed_in, offer_chosen
from desk.paging import with_query
from desk.refusals import said_of_fault, said_of_problem
from desk.sight import may_work, state_of, whole
from tickets.escalation.actions.acknowledge import acknowledge_escalation
from tickets.escalation.models import Escalation
from tickets.recovery.shown import repairs_of
from tickets.recovery.verbs import VERBS, say
from tickets.work.actions.attach import put_back
from tickets.work.actions.send_back import take_back_handover
from tickets.work.actor import acting
from tickets.work.door import (
    get_ticket_for,
    get_ticket_to_say,
    having_given,
    number_of,
    working_on,
)
from tickets.work.models import Ticket
from tickets.work.shown import given_away


@require_safe
def ticket(request: HttpRequest, ref: str) -> HttpResponse:
    """An act sends back here by the bare address: the view it began in is found again."""
    led = "" if is_fragment(request) or "view" in request.GET else view_left(request, request.path)
    if led:
        return see(f"{request.path}{with_query(request.GET, view=led)}")
    try:
        return _read(request, ref)
    except NotHere:
        if is_fragment(request):
            raise
        return _where_it_went(request, ref)


def _where_it_went(request: HttpRequest, ref: str) -> SeeOther:
    """For who gave it away; raises NotHere for everybody else."""
    if given_away(caller(request), ref) is None:
        raise NotHere()
    return see("handed-over", ref)


def _read(request: HttpRequest, ref: str) -> HttpResponse:
    person, now = caller(request), moment()
    with snapshot():
        found = get_ticket_for(person, ref)
        filled = filled_in(found, person, request.GET.get("macro"))
        if is_fragment(request):
            return _part(request, found, filled)
        context = {**whole(found, person, now, None, aside=_aside(request)), **filled}
        place = place_in(request.GET.get("view", ""), found, person, now=now)
        answer = show(request, "ticket/page.html", {**context, "place": place})
    # Behind the snapshot, in which nothing can be written. Whoever asks for the head reads nothing.
    if request.method == "GET":
        note_seen(found, person, up_to=newest_of(context["told"]), now=now)
    return answer


def _aside(request: HttpRequest) -> int | None:
    """The thread with somebody else that they want to write on."""
    said = request.GET.get("thread", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None


def _part(request: HttpRequest, found: Ticket, filled: dict[str, Any]) -> HttpResponse:
    """What an open page asks for: a macro filled in, or what is new."""
    if filled:
        return show(request, "ticket/macro.html", {"ticket": found, **filled})
    return _news(request, found)


def _news(request: HttpRequest, found: Ticket) -> HttpResponse:
    """For a page that is open: the state; the history only if it has grown."""
    state = state_of(found, caller(request), moment())
    grown = request.GET.get("after") != str(state["newest"])
    told: dict[str, Any] = {"grown": grown, "workable": grown and may_work(found, caller(request))}
    if told["workable"]:  # a letter to others can be taken back for as long as it waits
        told["forms"] = {"side-back": ALL_FORMS["side-back"](found, Offered())}
    return show(request, "ticket/news.html", {**state, **told})


@require_http_methods(["GET", "HEAD", "POST"])
def speak(request: HttpRequest, ref: str, verb: str) -> HttpResponse:
    """A verb, said by its form. Reading its address leads to the ticket: after a refusal that
    address stands in the browser."""
    if verb not in ALL_FORMS:
        raise NotHere()
    if request.method != "POST":
        return see("ticket", ref)
    person = caller(request)
    try:
        found = ticket_to_say(person, ref, verb)
    except NotHere:
        if verb == "hand-over":  # the same copy, sent twice
            return _where_it_went(request, ref)
        raise
    enclosed = enclosed_in(request, found, verb=verb, by=person)
    repair = repairs_of(found)[0] if verb == "resolve" else None
    form = ALL_FORMS[verb](found, offered_for(found, repair=repair), enclosed.said)
    offer_chosen(form, enclosed, by=person)
    if form.carries_out(lambda _said: _say_once(request, form, ref)):
        # A second copy of the form has said nothing, so what came with it is not needed.
        put_back(enclosed.left_out() if form.result else enclosed.kept, by=person)
        return after_act(request, ref)
    _keep_words(request, found, verb)
    context = whole(get_ticket_for(person, ref), person, moment(), form)
    return show(request, "ticket/page.html", context, form=form)


def ticket_to_say(person: User, ref: str, verb: str) -> Ticket:
    """Raises NotHere and Forbidden as the verb itself would, before a form is looked at."""
    return get_ticket_to_say(person, ref, VERBS[verb].door)


def ticket_to_work(person: User, ref: str) -> Ticket:
    return get_ticket_to_say(person, ref, "work")


def _say_once(request: HttpRequest, form: VerbForm, ref: str) -> int | None:
    person = caller(request)

    def act() -> int:
        number = say(form.verb, by=person, ref=ref, raw=form.raw())
        copy = request.POST.get("nonce", "")
        note_said(form.ticket, person, verb=form.verb, copy=copy, now=moment())
        return number

    return once(request, act)


def _keep_words(request: HttpRequest, ticket: Ticket, verb: str) -> None:
    """Refused words stay a draft, should the page be left now."""
    form = DraftForm.of(request)
    if verb in DRAFTED and form.is_valid() and form.cleaned_data["body"]:
        said = form.cleaned_data
        keep_draft(ticket, caller(request), verb=verb, text=said["body"], copy=said["nonce"])


def after_act(request: HttpRequest, ref: str) -> SeeOther:
    """Back to the ticket, if it is still theirs to see: it may have been handed on."""
    try:
        get_ticket_for(caller(request), ref)
    except NotHere:
        if given_away(caller(request), ref):
            return see("handed-over", ref)
        messages.success(request, _("%(ref)s is with another group now.") % {"ref": ref})
        return see("queue")
    return see("ticket", ref)


@require_safe
def handed_over(request: HttpRequest, ref: str) -> HttpResponse:
    """What became of a ticket that they gave away and do not see any more, in words."""
    person = caller(request)
    if Ticket.objects.visible_to(person).filter(pk=number_of(ref)).exists():
        return see("ticket", ref)
    given = given_away(person, ref)
    if given is None:
        raise NotHere()
    return show(request, "ticket/handed_over.html", {"given": given, "room": "queue"})


@require_POST
def take_handover_back(request: HttpRequest, ref: str) -> SeeOther:
    """Given to the wrong group, and nobody there has accepted it yet."""
    try:
        with having_given(caller(request), ref) as (found, now):
            take_back_handover(found, by=acting(caller(request)), now=now)
    except Conflict as error:
        messages.error(request, said_of_problem(error))
        return see("handed-over", ref)
    return see("ticket", ref)


@require_http_methods(["GET", "HEAD", "POST"])
def watch(request: HttpRequest, ref: str, verb: str) -> SeeOther:
    """One's own watching, or a colleague's: readers too may watch."""
    if request.method == "POST":
        person = request.POST.get("person", "")
        raw = {"person": int(person)} if person.isascii() and person.isdigit() else {}
        try:
            say(verb, by=caller(request), ref=ref, raw=raw)
        except (Refused, ValidationError) as error:
            refused = as_known(error)
            assert isinstance(refused, Refused)
            messages.error(request, said_of_fault(refused.faults[0]))
    return see("ticket", ref)


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> SeeOther:
    form = AcknowledgeForm.of(request)
    if not form.is_valid():
        raise Refused.at("/pause_s", "out_of_range", _("The next rungs wait a day at most."))
    number = Escalation.objects.filter(pk=pk).values_list("ticket", flat=True).first()
    with working_on(caller(request), f"T-{number}") as (found, now):
        escalation = Escalation.objects.select_related("clock", "ladder", "ticket").get(pk=pk)
        acknowledge_escalation(escalation, by=caller(request), now=now, **form.cleaned_data)
    return see("board") if request.POST.get("from") == "board" else see("ticket", found.ref)

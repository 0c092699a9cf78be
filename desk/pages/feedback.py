"""What customers said: listed, read, and made a ticket by hand."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import AccessGroup, User
from cxloop.kernel.errors import Forbidden, NotHere
from desk.admission import caller
from desk.answers import SeeOther, see, show
from desk.forms.base import DeskForm
from desk.forms.by_hand import FromContactForm, FromFeedbackForm
from desk.once import once
from desk.paging import page_of
from desk.quarantine import waiting_for
from desk.queries import said_in
from feedback.intake.models import Feedback, Quarantine, Source
from feedback.intake.scores import CLASSES, NEGATIVE
from tickets.kudos.door import kudos_seen_by
from tickets.kudos.models import SPAM
from tickets.kudos.shown import show_kudos
from tickets.sla.models import Policy
from tickets.work.actions.triage import FALLBACK_POLICY
from tickets.work.api.feedback import FILTERS
from tickets.work.by_hand import ticket_from_contact, ticket_from_feedback
from tickets.work.filters import narrow
from tickets.work.heard_files import files_heard_with
from tickets.work.models import Ticket, TicketFeedback, Triage
from tickets.work.shown import feedback_visible_to


@require_safe
def feedback_list(request: HttpRequest) -> HttpResponse:
    person, said = caller(request), said_in(request)
    rows = narrow(feedback_visible_to(person), said, FILTERS)
    page = page_of(rows.select_related("source", "customer"), request, order="-received_at")
    keys = [row.pk for row in page.rows]
    context = {
        "room": "feedback",
        "page": page,
        "said": said,
        "classes": CLASSES,
        "sources": Source.objects.visible_to(person).order_by("name"),
        "triage": Triage.objects.select_related("rule").in_bulk(keys),
        "tickets": _tickets(person, keys),
        "held": Quarantine.objects.in_bulk(keys),
        "waiting": waiting_for(person),
    }
    return show(request, "feedback/list.html", context)


@require_safe
def feedback(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, _found(caller(request), pk), None)


@require_http_methods(["GET", "HEAD", "POST"])
def ticket_of_feedback(request: HttpRequest, pk: UUID) -> HttpResponse:
    person = caller(request)
    found = _found(person, pk)
    if request.method != "POST":
        return see("feedback", pk)
    form = FromFeedbackForm(_workable(person), _policies(), request.POST)
    if not form.carries_out(
        lambda said: once(request, lambda: ticket_from_feedback(person, pk, said))
    ):
        return _page(request, found, form)
    return _to_ticket(form, see("feedback", pk))


def _to_ticket(form: DeskForm, else_: SeeOther) -> SeeOther:
    """A form sent twice opened its ticket the first time; the second knows no more of it."""
    return see("ticket", form.result.ref) if form.result else else_


def _found(person: User, pk: UUID) -> Feedback:
    rows = feedback_visible_to(person).select_related("source", "customer")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotHere()
    return found


def _page(request: HttpRequest, found: Feedback, form: FromFeedbackForm | None) -> HttpResponse:
    person = caller(request)
    groups, triage = _workable(person), Triage.objects.select_related("rule").filter(pk=found.pk)
    link = TicketFeedback.objects.select_related("ticket").filter(pk=found.pk).first()
    held = _held(found.pk)
    may_open = bool(groups) and link is None and (held is None or bool(held.released_at))
    if form is None and may_open:
        form = FromFeedbackForm(groups, _policies())
    praised = show_kudos(kudos_seen_by(person).filter(feedback=found), person)
    context = {
        "room": "feedback",
        "feedback": found,
        "triage": triage.first(),
        "held": held,
        "praised": praised,
        "offers_praise": praised or _may_be_praise(found, held, link),
        "files": files_heard_with([found.pk]).get(found.pk),
        "ticket": _tickets(person, [found.pk]).get(found.pk),
        "answered": link is not None,
    }
    return show(request, "feedback/page.html", context, form=form)


def _may_be_praise(found: Feedback, held: Quarantine | None, link: TicketFeedback | None) -> bool:
    """Somebody may be thanked in it, whatever a sweep made of it; a customer said it."""
    is_held = held is not None and held.released_at is None
    is_spam = link is not None and link.ticket.outcome == SPAM
    return bool(found.comment) and found.worst_class != NEGATIVE and not is_held and not is_spam


def _held(pk: UUID) -> Quarantine | None:
    return Quarantine.objects.select_related("spam_by", "released_by").filter(pk=pk).first()


def _tickets(person: User, keys: list[UUID]) -> dict[UUID, str]:
    """The refs of those tickets that this person may see."""
    links = TicketFeedback.objects.filter(pk__in=keys)
    visible = Ticket.objects.visible_to(person).filter(pk__in=links.values("ticket"))
    seen = links.filter(ticket__in=visible.values("pk"))
    return {link.pk: f"T-{link.ticket_id}" for link in seen}


def _workable(person: User) -> list[AccessGroup]:
    return list(AccessGroup.objects.workable_by(person).current().order_by("name"))


def _policies() -> list[Policy]:
    """The usual one first."""
    rows = Policy.objects.current().order_by("name")
    return sorted(rows, key=lambda policy: bool(policy.slug != FALLBACK_POLICY))


@require_http_methods(["GET", "HEAD", "POST"])
def new_ticket(request: HttpRequest) -> HttpResponse:
    """From a call, a visit or a letter: what was heard is feedback first, then a ticket."""
    person = caller(request)
    groups = _workable(person)
    if not groups:
        raise Forbidden("You may read, not open tickets.")
    form = FromContactForm(groups, _policies(), request.POST if request.method == "POST" else None)
    if form.carries_out(
        lambda _said: once(request, lambda: ticket_from_contact(person, form.raw()))
    ):
        return _to_ticket(form, see("queue"))
    return show(request, "ticket/new.html", {"room": "queue"}, form=form)

"""Files of a ticket: chosen, looked at, saved, put back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from cxloop.kernel.errors import NotHere, Refused
from cxloop.kernel.handing_out import hand_out, hand_out_preview
from cxloop.kernel.models import File
from cxloop.kernel.moment import moment
from cxloop.kernel.uploads import read_upload
from desk.admission import caller
from desk.answers import is_fragment, see
from desk.forms.beside import ALL_FORMS
from desk.forms.ticket import EnclosingForm, Offered, VerbForm
from desk.refusals import said_of_fault
from tickets.work.actions.attach import choose_file, put_back
from tickets.work.door import get_ticket_to_say
from tickets.work.files import attachment_seen
from tickets.work.models import ENCLOSING, Attachment, Ticket
from tickets.work.verbs import VERBS

_NUMBER = re.compile(r"[0-9]{1,18}")


@require_safe
def file(request: HttpRequest, ref: str, pk: int) -> HttpResponseBase:
    return hand_out(_file(request, ref, pk))


@require_safe
def preview(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    known = request.headers.get("If-None-Match", "")
    return hand_out_preview(_file(request, ref, pk), known=known)


def _file(request: HttpRequest, ref: str, pk: int) -> File | None:
    row = attachment_seen(caller(request), ref, pk)
    return row.file if row else None


@require_POST
def choose(request: HttpRequest, ref: str, verb: str) -> HttpResponse:
    """By an open page, as soon as somebody has chosen, dropped or pasted them."""
    person = caller(request)
    ticket = _ticket_to_enclose(person, ref, verb)
    kept, faults = keep_uploads(request, ticket, verb=verb, by=person)
    if not is_fragment(request):
        return see("ticket", ref)
    form = ALL_FORMS[verb](ticket, Offered())
    assert isinstance(form, EnclosingForm)
    form.offer(chosen_on(ticket, person, verb))
    status = 422 if faults and not kept else 200
    return HttpResponse(form.shown_files(faults), status=status)


@require_POST
def take_away(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    person = caller(request)
    row = attachment_seen(person, ref, pk)
    if row is None or row.entry_id:
        raise NotHere()
    put_back([row.pk], by=person)
    return HttpResponse() if is_fragment(request) else see("ticket", ref)


def _ticket_to_enclose(person: User, ref: str, verb: str) -> Ticket:
    if verb not in ENCLOSING:
        raise NotHere()
    return get_ticket_to_say(person, ref, VERBS[verb].door)


def chosen_on(ticket: Ticket, person: User, verb: str) -> Sequence[Attachment]:
    rows = Attachment.objects.chosen_by(person).filter(ticket=ticket, verb=verb)
    return list(rows.select_related("file").order_by("pk"))


def keep_uploads(
    request: HttpRequest, ticket: Ticket, *, verb: str, by: User
) -> tuple[list[int], list[str]]:
    """The numbers of what was kept, and in words why some was not."""
    kept, faults = [], []
    for upload in request.FILES.getlist("upload"):
        try:
            name, body = read_upload(upload)
            kept.append(choose_file(ticket, name, body, verb=verb, by=by, now=moment()).pk)
        except Refused as error:
            faults.append(f"{upload.name}: {said_of_fault(error.faults[0])}")
    return kept, faults


@dataclass(frozen=True)
class Enclosed:
    """What came with a form that may enclose files: `said` is the form with what was kept of it."""

    said: QueryDict
    kept: Sequence[int] = ()
    faults: Sequence[str] = ()

    def left_out(self) -> list[int]:
        """Offered with the form, and not ticked."""
        ticked = set(self.said.getlist("files"))
        offered = [one for one in self.said.getlist("offered") if _NUMBER.fullmatch(one)]
        return [int(one) for one in offered if one not in ticked][:100]


def enclosed_in(request: HttpRequest, ticket: Ticket, *, verb: str, by: User) -> Enclosed:
    """Files are kept before the words are looked at: a refusal loses neither."""
    if verb not in ENCLOSING:
        return Enclosed(request.POST)
    kept, faults = keep_uploads(request, ticket, verb=verb, by=by)
    said = request.POST.copy()
    for number in kept:
        said.appendlist("files", str(number))
    return Enclosed(said, kept, faults)


def offer_chosen(form: VerbForm, enclosed: Enclosed, *, by: User) -> None:
    """What they chose, and what of it could not be kept."""
    if isinstance(form, EnclosingForm):
        form.offer(chosen_on(form.ticket, by, form.verb))
        if enclosed.faults:
            form.add_error("files", list(enclosed.faults))

"""Mails over REST: those that were set aside, for whoever reads the whole house, and those of a
ticket, for whoever sees it. The same that the pages of the desk show."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.authentication import caller
from accounts.permissions import AdminsWrite
from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape
from cxloop.kernel.shapes import Instant
from feedback.email.actions import try_again
from feedback.email.authenticity import is_doubted
from feedback.email.files import MailFile
from feedback.email.handing_out import hand_out_mail
from feedback.email.models import SET_ASIDE, Mail
from feedback.email.whole import headers_of, whole_of
from tickets.work.door import get_ticket_for
from tickets.work.filters import Filter, any_of, narrow, one_of
from tickets.work.threads import mails_on

FILTERS: dict[str, Filter] = {
    "source": any_of("source__slug"),
    "verdict": lambda values: Q(verdict__in=one_of(values, SET_ASIDE)),
}
FILTER_PARAMETERS = [
    OpenApiParameter("source", str, description="slugs, by comma"),
    OpenApiParameter("verdict", str, description=f"by comma: {', '.join(SET_ASIDE)}; else both"),
]
RAW = {(200, "application/octet-stream"): OpenApiTypes.BINARY}


class MailAuthentication(Serializer[Any]):
    """Blank where nothing is known: no server that we believe said anything of it."""

    server = serializers.CharField(help_text="that found this out")
    spf = serializers.CharField()
    dkim = serializers.CharField()
    dmarc = serializers.CharField()
    doubted = serializers.BooleanField(help_text="its domain says that it is none of its own")


class MailShape(Serializer[Any]):
    id = serializers.IntegerField()
    source = serializers.CharField(help_text="slug")  # type: ignore[assignment]
    verdict = serializers.ChoiceField(Mail.Verdict.choices)
    reason = serializers.CharField(help_text="of the verdict; may be blank")
    sender = serializers.CharField(help_text="blank where it is not known")
    subject = serializers.CharField()
    message_id = serializers.CharField()
    received_at = Instant()
    authentication = MailAuthentication()


MAIL_PAGE = page_shape(MailShape)


class MailHeader(Serializer[Any]):
    name = serializers.CharField()
    value = serializers.CharField(help_text="on one line, its encoded words as they stand")


class FileOfMail(Serializer[Any]):
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="bytes")
    inline = serializers.BooleanField(help_text="meant to be seen where it stands in the text")
    what = serializers.CharField(help_text="calendar, tnef, mail or signature; else blank")


class WholeMail(MailShape):
    erased = serializers.BooleanField(help_text="with its person: no more is known of it")
    headers = MailHeader(many=True)
    text = serializers.CharField(help_text="to its end, with what it quotes and its signature")
    files = FileOfMail(many=True)


class TriedMail(MailShape):
    feedback = serializers.UUIDField(allow_null=True, help_text="that it was heard as")
    ticket = serializers.CharField(
        allow_null=True, help_text="that it answers; it stands there shortly"
    )


class MailList(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(
        operation_id="mails_list",
        parameters=[*FILTER_PARAMETERS, *PAGE_PARAMETERS],
        responses=MAIL_PAGE,
    )
    def get(self, request: Request) -> Response:
        """Set aside, newest first: they could not be read (`unreadable`), or say to be from a
        colleague, which nothing proves (`refused`). Nothing of them is lost."""
        rows = narrow(Mail.objects.set_aside(), request.query_params, FILTERS)
        return answer_page(rows.select_related("source"), request, _briefs, order="-pk")


class MailDetail(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(operation_id="mails_retrieve", responses=WholeMail)
    def get(self, request: Request, pk: int) -> Response:
        return Response(_whole(_set_aside(pk)))


class MailAgain(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(operation_id="mails_again", request=None, responses=TriedMail)
    def post(self, request: Request, pk: int) -> Response:
        """What can be read by now is heard as feedback or put on its ticket, as received when it
        first came; what was refused is heard as feedback. Read the verdict: it may stay as it was.
        """
        mail = try_again(_set_aside(pk).pk, now=moment())
        ticket = mail.ticket_number and f"T-{mail.ticket_number}"
        further = {"feedback": mail.feedback_id, "ticket": ticket}
        return Response(_brief(mail) | further)


class MailRaw(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(operation_id="mails_raw", responses=RAW)
    def get(self, request: Request, pk: int) -> HttpResponse:
        """The message as it came (RFC 5322)."""
        return hand_out_mail(_set_aside(pk))


class TicketMails(APIView):
    @extend_schema(
        operation_id="tickets_mails",
        parameters=PAGE_PARAMETERS,
        responses=MAIL_PAGE,
    )
    def get(self, request: Request, ref: str) -> Response:
        """Every mail that stands on it, newest first."""
        rows = _mails_on(request, ref).defer("raw", "text")
        return answer_page(rows, request, _briefs, order="-received_at")


class TicketMail(APIView):
    @extend_schema(operation_id="tickets_mail", responses=WholeMail)
    def get(self, request: Request, ref: str, pk: int) -> Response:
        return Response(_whole(_mail_on(request, ref, pk)))


class TicketMailRaw(APIView):
    @extend_schema(operation_id="tickets_mail_raw", responses=RAW)
    def get(self, request: Request, ref: str, pk: int) -> HttpResponse:
        """The message as it came (RFC 5322); 404 once its person was erased."""
        return hand_out_mail(_mail_on(request, ref, pk))


def _set_aside(pk: int) -> Mail:
    return _found(Mail.objects.set_aside().select_related("source"), pk)


def _mails_on(request: Request, ref: str) -> QuerySet[Mail]:
    return mails_on(get_ticket_for(caller(request), ref)).select_related("source")


def _mail_on(request: Request, ref: str, pk: int) -> Mail:
    return _found(_mails_on(request, ref), pk)


def _found(rows: QuerySet[Mail], pk: int) -> Mail:
    mail = rows.filter(pk=pk).first()
    if mail is None:
        raise NotHere()
    return mail


def _briefs(rows: list[Mail]) -> list[dict[str, Any]]:
    return [_brief(mail) for mail in rows]


def _brief(mail: Mail) -> dict[str, Any]:
    return {
        "id": mail.pk,
        "source": mail.source.slug,
        "verdict": mail.verdict,
        "reason": mail.reason,
        "sender": mail.sender,
        "subject": mail.subject,
        "message_id": mail.message_id,
        "received_at": Instant().to_representation(mail.received_at),
        "authentication": {
            **{name: mail.authentication.get(name, "") for name in _FOUND_OUT},
            "doubted": is_doubted(mail.authentication),
        },
    }


def _whole(mail: Mail) -> dict[str, Any]:
    raw = bytes(mail.raw or b"")
    whole = whole_of(raw)
    return {
        **_brief(mail),
        "erased": mail.raw is None,
        "headers": [{"name": name, "value": value} for name, value in headers_of(raw)],
        "text": whole.text,
        "files": list(map(_file, whole.files)),
    }


def _file(file: MailFile) -> dict[str, Any]:
    return {
        "name": file.name,
        "size": len(file.body),
        "inline": file.inline,
        "what": file.what,
    }


_FOUND_OUT = ("server", "spf", "dkim", "dmarc")

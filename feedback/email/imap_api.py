"""Mailboxes elsewhere of a source, over REST. What they sign in with is written and never read."""

from typing import Any

from drf_spectacular.utils import extend_schema
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
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape, shown_as
from cxloop.kernel.shapes import Shape, read_body
from feedback.email.actions import add_account, change_account, remove_account
from feedback.email.imap.troubles import SAYS
from feedback.email.imap.trying import try_connection
from feedback.email.imap_account import INBOX, ImapAccount
from feedback.intake.api.sources import source_or_404

_SECRET: dict[str, Any] = {"max_length": 5000, "trim_whitespace": False, "allow_blank": True}
_LATER = "written and never shown; blank or left out: it stays"


class ImapAccountShape(serializers.ModelSerializer[ImapAccount]):
    says = serializers.SerializerMethodField(help_text="the trouble in words")

    class Meta:
        model = ImapAccount
        fields = (
            *("id", "host", "port", "security", "username", "sign_in", "token_url", "client_id"),
            *("folder", "is_on", "takes_all", "added_at", "fetched_at", "trouble", "says"),
            *("last_error", "try_after"),
        )

    def get_says(self, account: ImapAccount) -> str:
        return SAYS.get(account.trouble, "")


class ImapAccountBody(Shape):
    host = serializers.CharField(max_length=255)
    port = serializers.IntegerField(min_value=1, max_value=65_535)
    security = serializers.ChoiceField(ImapAccount.Security.choices)
    username = serializers.CharField(max_length=320)
    sign_in = serializers.ChoiceField(ImapAccount.SignIn.choices)
    password = serializers.CharField(required=False, help_text=_LATER, **_SECRET)
    token_url = serializers.CharField(required=False, allow_blank=True, max_length=500)
    client_id = serializers.CharField(required=False, allow_blank=True, max_length=500)
    client_secret = serializers.CharField(required=False, help_text=_LATER, **_SECRET)
    refresh_token = serializers.CharField(required=False, help_text=_LATER, **_SECRET)
    folder = serializers.CharField(required=False, default=INBOX, max_length=255)
    is_on = serializers.BooleanField(required=False, default=True)
    takes_all = serializers.BooleanField(
        required=False, default=False, help_text="also what lay there when it was added"
    )


class TriedShape(Serializer[Any]):
    messages = serializers.IntegerField(allow_null=True, help_text="in the folder")
    trouble = serializers.CharField(help_text="blank where all is well")
    says = serializers.CharField()
    detail = serializers.CharField(help_text="what the other side said")


class ImapAccountList(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(
        operation_id="source_imap_accounts_list",
        parameters=PAGE_PARAMETERS,
        responses=page_shape(ImapAccountShape),
    )
    def get(self, request: Request, slug: str) -> Response:
        rows = ImapAccount.objects.filter(source=source_or_404(slug))
        return answer_page(rows, request, shown_as(ImapAccountShape))

    @extend_schema(request=ImapAccountBody, responses={201: ImapAccountShape})
    def post(self, request: Request, slug: str) -> Response:
        source, said = source_or_404(slug), read_body(ImapAccountBody, request)
        account = add_account(source, said, by=caller(request), now=moment())
        return Response(ImapAccountShape(account).data, status=201)


class ImapAccountDetail(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(responses=ImapAccountShape)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        return Response(ImapAccountShape(account_or_404(slug, pk)).data)

    @extend_schema(request=ImapAccountBody, responses=ImapAccountShape)
    def patch(self, request: Request, slug: str, pk: int) -> Response:
        """Another host or address of tokens wants the secrets anew."""
        account = account_or_404(slug, pk)
        said = read_body(ImapAccountBody, request, partial=True)
        change_account(account, said, by=caller(request), now=moment())
        return Response(ImapAccountShape(account).data)

    @extend_schema(responses={204: None}, description="What was fetched stays.")
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        remove_account(account_or_404(slug, pk), by=caller(request), now=moment())
        return Response(status=204)


class ImapAccountTry(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(request=None, responses=TriedShape)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Signs in and opens the folder, and says what went wrong."""
        return Response(TriedShape(try_connection(account_or_404(slug, pk))).data)


def account_or_404(slug: str, pk: int) -> ImapAccount:
    rows = ImapAccount.objects.select_related("source")
    account = rows.filter(source__slug=slug, pk=pk).first()
    if account is None:
        raise NotHere()
    return account

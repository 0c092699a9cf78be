"""The hooks of a source over REST: where Postmark and Mailgun post its mails."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, ChoiceField, Serializer
from rest_framework.views import APIView

from accounts.authentication import caller
from accounts.permissions import AdminsWrite
from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from cxloop.kernel.shapes import Instant, Shape, read_body
from feedback.email.actions.hooks import (
    LONGEST_SIGNING_KEY,
    hooks_of,
    make_hook,
    remove_hook,
    replace_secret,
)
from feedback.email.models import MailHook
from feedback.email.postmark import USER
from feedback.intake.api.sources import source_or_404

_SIGNING_KEY = "Mailgun's HTTP webhook signing key; not for Postmark"


class MailHookShape(Serializer[Any]):
    provider = ChoiceField(MailHook.Provider.choices)
    address = CharField(help_text="where the provider posts; Postmark's without its secret")
    made_at = Instant()
    last_used_at = Instant(allow_null=True)
    refused_at = Instant(allow_null=True, help_text="when something posted there was last refused")
    refusal = CharField(help_text="and why")


class MailHooksShape(Serializer[Any]):
    hooks = MailHookShape(many=True)


class NewMailHookShape(MailHookShape):
    address = CharField(help_text="with Postmark's secret in it: shown this once")


class MailHookBody(Shape):
    provider = ChoiceField(MailHook.Provider.choices)
    signing_key = CharField(
        required=False, allow_blank=True, max_length=LONGEST_SIGNING_KEY, help_text=_SIGNING_KEY
    )


class MailHookSecretBody(Shape):
    signing_key = CharField(
        required=False, allow_blank=True, max_length=LONGEST_SIGNING_KEY, help_text=_SIGNING_KEY
    )


class MailHookList(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(operation_id="mail_hooks_list", responses=MailHooksShape)
    def get(self, request: Request, slug: str) -> Response:
        return Response({"hooks": [_shown(hook) for hook in hooks_of(source_or_404(slug))]})

    @extend_schema(request=MailHookBody, responses={201: NewMailHookShape})
    def post(self, request: Request, slug: str) -> Response:
        source, said = source_or_404(slug), read_body(MailHookBody, request)
        hook, clear = make_hook(source, **said, by=caller(request), now=moment())
        return _shown_once(hook, clear, status=201)


class MailHookDetail(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(
        request=MailHookSecretBody,
        responses=NewMailHookShape,
        description="Gives it another secret: what still comes by the old one is refused.",
    )
    def put(self, request: Request, slug: str, provider: str) -> Response:
        hook, said = hook_or_404(slug, provider), read_body(MailHookSecretBody, request)
        clear = replace_secret(hook, **said, by=caller(request), now=moment())
        return _shown_once(hook, clear, status=200)

    @extend_schema(responses={204: None}, description="Removes it; what it brought stays.")
    def delete(self, request: Request, slug: str, provider: str) -> Response:
        remove_hook(hook_or_404(slug, provider), by=caller(request), now=moment())
        return Response(status=204)


def hook_or_404(slug: str, provider: str) -> MailHook:
    hooks = MailHook.objects.select_related("source")
    hook = hooks.filter(source__slug=slug, provider=provider).first()
    if hook is None:
        raise NotHere()
    return hook


def address_of_hook(hook: MailHook, clear: str = "") -> str:
    """Where the provider posts, with the secret where it is to be shown."""
    scheme, host, path = urlsplit(settings.BASE_URL)[:3]
    user = f"{USER}:{clear}@" if clear else ""
    end = "/mime" if hook.provider == MailHook.Provider.MAILGUN else ""
    return f"{scheme}://{user}{host}{path}/hooks/mail/{hook.provider}/{hook.key}{end}"


def _shown(hook: MailHook, clear: str = "") -> dict[str, Any]:
    facts = {name: getattr(hook, name) for name in _FACTS}
    return dict(MailHookShape({**facts, "address": address_of_hook(hook, clear)}).data)


def _shown_once(hook: MailHook, clear: str, *, status: int) -> Response:
    body = _shown(hook, clear)
    return Response(body, status=status, headers={"Cache-Control": "no-store"})


_FACTS = ("provider", "made_at", "last_used_at", "refused_at", "refusal")

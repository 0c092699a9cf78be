"""Who else reads feedback, beside people: the server of one source, by its secret key."""

from dataclasses import dataclass

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.authentication import bearer
from cxloop.kernel.errors import Forbidden
from feedback.intake.callers import caller_of
from feedback.intake.limits import count_request, limits_of_key
from feedback.intake.models import Source, SourceKey


@dataclass(frozen=True)
class Server:
    """A source's own server, which reads that source's feedback."""

    source: Source
    is_authenticated = True


class SecretKeyAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Server, SourceKey] | None:
        """None for any other key: it is for the next to recognise."""
        if not bearer(request).startswith(("pk_", "sk_")):
            return None
        found = caller_of(request._request, fresh=True)  # a revoked key reads nothing more
        if not found.key.is_secret:
            raise Forbidden("A publishable key may only create feedback.", code="wrong_key")
        count_request(request._request, limits_of_key(found.key, request._request), now=found.now)
        return Server(found.source), found.key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class SecretKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "tickets.work.api.callers.SecretKeyAuthentication"
    name = "secretKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A source's secret key, sk_…"}

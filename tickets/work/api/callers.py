"""Who reads feedback: a person by token, or the server of one source by its secret key."""

from dataclasses import dataclass
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.authentication import bearer, person_of
from cxloop.kernel.errors import Forbidden
from feedback.intake.callers import caller_of
from feedback.intake.limits import count_request, limits_of_key
from feedback.intake.models import Source


@dataclass(frozen=True)
class Server:
    """A source's own server, which reads that source's feedback."""

    source: Source
    is_authenticated = True


class PersonOrServer(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        clear = bearer(request)
        if not clear:
            return None
        if clear.startswith(("pk_", "sk_")):
            return self._server(request)
        return person_of(clear)

    def _server(self, request: Request) -> tuple[Server, Any]:
        found = caller_of(request._request, fresh=True)  # a revoked key reads nothing more
        if not found.key.is_secret:
            raise Forbidden("A publishable key may only create feedback.", code="wrong_key")
        count_request(request._request, limits_of_key(found.key, request._request), now=found.now)
        return Server(found.source), found.key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class PersonOrServerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "tickets.work.api.callers.PersonOrServer"
    name = ["personalToken", "secretKey"]

    def get_security_definition(self, auto_schema: object) -> list[dict[str, str]]:
        person = {"type": "http", "scheme": "bearer", "description": "Personal token, pat_…"}
        server = {"type": "http", "scheme": "bearer", "description": "A source's secret key, sk_…"}
        return [person, server]

    def get_security_requirement(self, auto_schema: object) -> list[dict[str, list[str]]]:
        return [{"personalToken": []}, {"secretKey": []}]

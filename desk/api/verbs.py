"""The verbs of a ticket, one route each, made of the one table that the desk uses too."""

from typing import Any

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller
from desk.api import shapes
from desk.api.showing import show_ticket
from tickets.recovery.verbs import VERBS, say
from tickets.work.lifecycle import MOVES


def _route(name: str) -> URLPattern:
    @extend_schema(
        operation_id=f"tickets_{name.replace('-', '_')}",
        request=VERBS[name].body,
        responses=shapes.Ticket,
        description=f"{VERBS[name].about} Possible while it is {' or '.join(MOVES[name].allowed)}.",
    )
    def post(self: APIView, request: Request, ref: str) -> Response:
        number = say(name, by=caller(request), ref=ref, raw=request.data)
        return Response(show_ticket(number))

    view: Any = type(f"{name.title().replace('-', '')}Ticket", (APIView,), {"post": post})
    route: URLPattern = path(f"tickets/<str:ref>/{name}", view.as_view())
    return route


urlpatterns = [_route(name) for name, verb in VERBS.items() if verb.has_route]

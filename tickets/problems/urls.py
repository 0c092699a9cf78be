from typing import Any

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tickets.problems.api import announcements, problems, shapes, tickets
from tickets.problems.lifecycle import MOVES

_one = "problems/<int:pk>/announcements/<int:number>"


def _verb(name: str) -> URLPattern:
    move = MOVES.get(name)
    about = (
        "For good: it stands only among `archived` ones and takes up nothing more; what is being "
        "sent is stopped, and its watch ends as `archived`."
    )
    if move:
        about = f"{move.about} Possible while it is {' or '.join(move.allowed)}."

    @extend_schema(
        operation_id=f"problems_{name}",
        request=problems.VERBS[name][0],
        responses=shapes.Problem,
        description=about,
    )
    def post(self: APIView, request: Request, pk: int) -> Response:
        return problems.do(name, request, pk)

    view: Any = type(f"{name.title()}Problem", (APIView,), {"post": post})
    route: URLPattern = path(f"problems/<int:pk>/{name}", view.as_view())
    return route


def _act(name: str) -> URLPattern:
    @extend_schema(
        operation_id=f"problems_announcements_{name}",
        request=announcements.ACTS[name][0],
        responses=shapes.Announcement,
    )
    def post(self: APIView, request: Request, pk: int, number: int) -> Response:
        return announcements.do(name, request, pk, number)

    view: Any = type(f"{name.title()}Announcement", (APIView,), {"post": post})
    route: URLPattern = path(f"{_one}/{name}", view.as_view())
    return route


urlpatterns = [
    path("problems", problems.ProblemList.as_view()),
    path("problems/<int:pk>", problems.ProblemDetail.as_view()),
    *map(_verb, problems.VERBS),
    path("problems/<int:pk>/history", problems.ProblemHistory.as_view()),
    path("problems/<int:pk>/watch", problems.ProblemWatch.as_view()),
    path("problems/<int:pk>/tickets", tickets.TicketList.as_view()),
    path("problems/<int:pk>/tickets/<str:ref>", tickets.TicketInProblem.as_view()),
    path("problems/<int:pk>/suggestions", tickets.SuggestionList.as_view()),
    path("problems/<int:pk>/announcements", announcements.AnnouncementList.as_view()),
    path(_one, announcements.AnnouncementDetail.as_view()),
    path(f"{_one}/preview", announcements.AnnouncementPreview.as_view()),
    *map(_act, announcements.ACTS),
]

"""You said, we did, over REST."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller
from accounts.models import User
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape
from cxloop.kernel.shapes import Shape, read_body
from tickets.problems.actions import announce
from tickets.problems.announcing import preview_of
from tickets.problems.api import shapes
from tickets.problems.door import (
    announcement_of,
    announcement_to_change,
    changing,
    get_problem_for,
    problem_to_change,
)
from tickets.problems.models import Announcement
from tickets.problems.shown import show_announcements


class AnnouncementList(APIView):
    @extend_schema(
        operation_id="problems_announcements_list",
        parameters=PAGE_PARAMETERS,
        responses=page_shape(shapes.Announcement),
    )
    def get(self, request: Request, pk: int) -> Response:
        person = caller(request)
        rows = get_problem_for(person, pk).announcements.select_related(
            "drafted_by", "confirmed_by", "stopped_by"
        )
        show = lambda page: show_announcements(page, person)  # noqa: E731
        return answer_page(rows, request, show, order="-drafted_at")

    @extend_schema(request=shapes.AnnouncementBody, responses={201: shapes.Announcement})
    def post(self, request: Request, pk: int) -> Response:
        person = caller(request)
        with changing(person, pk) as (problem, now):
            facts = read_body(shapes.AnnouncementBody, request)
            made = announce.draft_announcement(problem, facts, by=person, now=now)
        return Response(_shown(made, person), status=201)


class AnnouncementDetail(APIView):
    @extend_schema(responses=shapes.Announcement)
    def get(self, request: Request, pk: int, number: int) -> Response:
        person = caller(request)
        return Response(_shown(announcement_of(get_problem_for(person, pk), number), person))

    @extend_schema(request=shapes.AnnouncementBody, responses=shapes.Announcement)
    def patch(self, request: Request, pk: int, number: int) -> Response:
        person = caller(request)
        with changing(person, pk) as (problem, _now):
            found = announcement_to_change(problem, number)
            announce.change_draft(found, read_body(shapes.AnnouncementBody, request, partial=True))
        return Response(_shown(found, person))


class AnnouncementPreview(APIView):
    @extend_schema(responses=shapes.Preview)
    def get(self, request: Request, pk: int, number: int) -> Response:
        person = caller(request)
        problem = problem_to_change(person, pk)
        return Response(shapes.Preview(preview_of(announcement_of(problem, number), person)).data)


def do(act: str, request: Request, pk: int, number: int) -> Response:
    person = caller(request)
    body, carry_out = ACTS[act]
    with changing(person, pk) as (problem, now):
        said = read_body(body, request)
        found = announcement_to_change(problem, number)
        carry_out(found, by=person, now=now, **said)
    return Response(_shown(found, person))


ACTS: dict[str, tuple[type[Shape], Any]] = {
    "send": (shapes.SendBody, announce.send_announcement),
    "stop": (shapes.NoBody, announce.stop_announcement),
}


def _shown(announcement: Announcement, person: User) -> Any:
    (told,) = show_announcements([announcement], person)
    return shapes.Announcement(told).data

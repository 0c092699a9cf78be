"""Recoveries and gesture limits over REST."""

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller
from accounts.models import AccessGroup
from accounts.permissions import AdminsWrite
from cxloop.kernel.errors import NotHere, Refused
from cxloop.kernel.moment import moment
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape, shown_as
from cxloop.kernel.shapes import read_body
from tickets.recovery import shapes
from tickets.recovery.actions import gestures, limits
from tickets.recovery.actions.answer import hear_answer
from tickets.recovery.actions.repair import change_recovery
from tickets.recovery.door import gesture_on
from tickets.recovery.models import GestureLimit
from tickets.recovery.shown import recovery_of
from tickets.work.actor import acting
from tickets.work.door import get_ticket_for, working_on
from tickets.work.models import RootCause

GESTURE_ACTS = {
    "approve": gestures.approve_gesture,
    "reject": gestures.reject_gesture,
    "keep": gestures.keep_gesture,
    "break": gestures.break_gesture,
}


class RecoveryDetail(APIView):
    @extend_schema(responses=shapes.Recovery)
    def get(self, request: Request, ref: str) -> Response:
        return Response(recovery_of(get_ticket_for(caller(request), ref)))

    @extend_schema(request=shapes.RecoveryBody, responses=shapes.Recovery)
    def patch(self, request: Request, ref: str) -> Response:
        said = read_body(shapes.RecoveryBody, request)
        with working_on(caller(request), ref) as (ticket, now):
            if said.get("root_cause") is not None:
                said["root_cause"] = _root_cause(said["root_cause"])
            change_recovery(ticket, by=acting(caller(request)), now=now, **said)
            return Response(recovery_of(ticket))


class HeardAnswer(APIView):
    @extend_schema(
        request=shapes.AnswerBody,
        responses=shapes.Recovery,
        description="The customer's answer, said to a colleague. 409 before it is resolved.",
    )
    def post(self, request: Request, ref: str) -> Response:
        said = read_body(shapes.AnswerBody, request)
        with working_on(caller(request), ref) as (ticket, now):
            hear_answer(ticket, by=acting(caller(request)), now=now, **said)
            return Response(recovery_of(ticket))


class GestureList(APIView):
    @extend_schema(request=shapes.GestureBody, responses={201: shapes.Recovery})
    def post(self, request: Request, ref: str) -> Response:
        said = {"explanation": "", **read_body(shapes.GestureBody, request)}
        with working_on(caller(request), ref) as (ticket, now):
            gestures.add_gesture(ticket, by=acting(caller(request)), now=now, **said)
            return Response(recovery_of(ticket), status=201)


class GestureVerb(APIView):
    """What is decided about a gesture, or became of it."""

    verb = ""

    @extend_schema(request=shapes.NoteBody, responses=shapes.Recovery)
    def post(self, request: Request, ref: str, pk: int) -> Response:
        said = read_body(shapes.NoteBody, request)
        with working_on(caller(request), ref) as (ticket, now):
            act = GESTURE_ACTS[self.verb]
            act(gesture_on(ticket, pk), by=acting(caller(request)), now=now, **said)
            return Response(recovery_of(ticket))


class LimitList(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(
        operation_id="gesture_limits_list",
        parameters=PAGE_PARAMETERS,
        responses=page_shape(shapes.GestureLimit),
    )
    def get(self, request: Request) -> Response:
        return answer_page(_limits(), request, shown_as(shapes.GestureLimit))

    @extend_schema(request=shapes.NewGestureLimitBody, responses={201: shapes.GestureLimit})
    def post(self, request: Request) -> Response:
        said = read_body(shapes.NewGestureLimitBody, request)
        slug = said.pop("group", None)
        group = _group(slug) if slug is not None else None
        limit = limits.write_limit(group=group, by=caller(request), now=moment(), **said)
        return Response(shapes.GestureLimit(limit).data, status=201)


class LimitDetail(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(responses=shapes.GestureLimit)
    def get(self, request: Request, pk: int) -> Response:
        return Response(shapes.GestureLimit(_limit_or_404(pk)).data)

    @extend_schema(request=shapes.ChangeGestureLimitBody, responses=shapes.GestureLimit)
    @transaction.atomic
    def patch(self, request: Request, pk: int) -> Response:
        said, limit = read_body(shapes.ChangeGestureLimitBody, request), _limit_or_404(pk)
        limits.change_limit(limit, by=caller(request), now=moment(), **said)
        return Response(shapes.GestureLimit(limit).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        limits.remove_limit(_limit_or_404(pk))
        return Response(status=204)


def _root_cause(slug: str) -> RootCause:
    found = RootCause.objects.filter(slug=slug, archived_at=None).first()
    if found is None:
        raise Refused.at("/root_cause", "unknown_root_cause", "There is no such root cause.")
    return found


def _group(slug: str) -> AccessGroup:
    found = AccessGroup.objects.current().filter(slug=slug).first()
    if found is None:
        raise Refused.at("/group", "unknown_group", "There is no such group.")
    return found


def _limits() -> QuerySet[GestureLimit]:
    return GestureLimit.objects.select_related("group", "written_by")


def _limit_or_404(pk: int) -> GestureLimit:
    found = _limits().filter(pk=pk).first()
    if found is None:
        raise NotHere()
    return found

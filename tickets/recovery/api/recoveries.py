"""Recoveries over REST."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller
from cxloop.kernel.errors import Refused
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape, shown_as
from cxloop.kernel.shapes import read_body
from tickets.recovery import shapes
from tickets.recovery.actions import gestures
from tickets.recovery.actions.answer import hear_answer
from tickets.recovery.actions.gesture_letter import write_about
from tickets.recovery.actions.repair import change_recovery
from tickets.recovery.api.failures import type_named
from tickets.recovery.door import gesture_on, waiting_seen_by
from tickets.recovery.judgement import ITEMS
from tickets.recovery.shown import recovery_of
from tickets.work.actions.talk import refuse_overtaken
from tickets.work.actor import acting
from tickets.work.door import get_ticket_for, working_on
from tickets.work.models import RootCause

GESTURE_ACTS = {
    "approve": gestures.approve_gesture,
    "reject": gestures.reject_gesture,
    "keep": gestures.keep_gesture,
    "break": gestures.break_gesture,
}


class WaitingGestures(APIView):
    @extend_schema(
        operation_id="gestures_waiting",
        parameters=PAGE_PARAMETERS,
        responses=page_shape(shapes.WaitingGesture),
        description="Gestures that wait for approval, on tickets that you see; the longest first.",
    )
    def get(self, request: Request) -> Response:
        rows = waiting_seen_by(caller(request))
        return answer_page(rows, request, shown_as(shapes.WaitingGesture), order="at")


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
            if said.get("type") is not None:
                said["type"] = type_named(said["type"], "/type")
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
        items = {name: said.pop(name) for name in ITEMS if name in said}
        with working_on(caller(request), ref) as (ticket, now):
            hear_answer(ticket, by=acting(caller(request)), now=now, items=items, **said)
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
    body = shapes.NoteBody

    @extend_schema(request=shapes.NoteBody, responses=shapes.Recovery)
    def post(self, request: Request, ref: str, pk: int) -> Response:
        said = read_body(self.body, request)
        with working_on(caller(request), ref) as (ticket, now):
            act = GESTURE_ACTS[self.verb]
            act(gesture_on(ticket, pk), by=acting(caller(request)), now=now, **said)
            return Response(recovery_of(ticket))


class ApproveGesture(GestureVerb):
    verb = "approve"
    body = shapes.ApproveBody

    @extend_schema(
        request=shapes.ApproveBody,
        responses=shapes.Recovery,
        description="409 `time_passed` where it waited past its `keep_by` and you name no other.",
    )
    def post(self, request: Request, ref: str, pk: int) -> Response:
        return super().post(request, ref, pk)


class KeepGesture(GestureVerb):
    """The customer has it, and what shows it."""

    verb = "keep"
    body = shapes.KeepBody

    @extend_schema(request=shapes.KeepBody, responses=shapes.Recovery)
    def post(self, request: Request, ref: str, pk: int) -> Response:
        return super().post(request, ref, pk)


class GestureLetter(APIView):
    @extend_schema(
        request=shapes.GestureLetterBody,
        responses={201: shapes.Recovery},
        description="Writes to the customer about a gesture that is promised or kept: a reply in "
        "every sense. 422 `no_marketing_consent` where an offer is not for them.",
    )
    def post(self, request: Request, ref: str, pk: int) -> Response:
        said = read_body(shapes.GestureLetterBody, request)
        person = caller(request)
        with working_on(person, ref) as (ticket, now):
            if "seen" in said:
                refuse_overtaken(ticket, since=said.pop("seen"), by=person)
            write_about(gesture_on(ticket, pk), by=acting(person), now=now, **said)
            return Response(recovery_of(ticket), status=201)


def _root_cause(slug: str) -> RootCause:
    found = RootCause.objects.filter(slug=slug, archived_at=None).first()
    if found is None:
        raise Refused.at("/root_cause", "unknown_root_cause", "There is no such root cause.")
    return found

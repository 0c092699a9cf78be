"""What is held before the rules, as those see it who own its source; let go on, or called spam."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.fields import ChoiceField, ListField, UUIDField
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.api.shapes import PersonBrief
from accounts.authentication import caller
from accounts.models import User
from cxloop.kernel.errors import Conflict, Forbidden, NotHere
from cxloop.kernel.moment import moment
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape
from cxloop.kernel.shapes import Instant
from feedback.intake.actions.quarantine import confirm_spam, release
from feedback.intake.models import Quarantine
from feedback.intake.models.quarantine import HELD, STATES
from feedback.intake.suspicion import CODES
from tickets.work.api import shapes
from tickets.work.filters import Values, any_of, narrow, one_of
from tickets.work.shown import show_feedback

Act = Callable[..., int]


class Held(Serializer[Any]):
    id = UUIDField(help_text="of the feedback")
    state = ChoiceField(list(STATES))
    reasons = ListField(child=ChoiceField(CODES))
    held_at = Instant()
    ended_at = Instant(allow_null=True)
    ended_by = PersonBrief(allow_null=True)
    feedback = shapes.Feedback()


def _in_state(values: Values) -> Q:
    found = Q(pk=None)
    for state in one_of(values, STATES):
        found |= STATES[state]
    return found


FILTERS = {"source": any_of("source__slug"), "state": _in_state}
FILTER_PARAMETERS = [
    OpenApiParameter("source", str, description="slugs, by comma"),
    OpenApiParameter("state", str, description=f"by comma: {', '.join(STATES)}; else held"),
]


class QuarantineList(APIView):
    @extend_schema(
        operation_id="quarantine_list",
        parameters=[*FILTER_PARAMETERS, *PAGE_PARAMETERS],
        responses=page_shape(Held),
    )
    def get(self, request: Request) -> Response:
        """Newest first. Feedback from pages that looks automatic is taken, and waits here."""
        rows = held_for(caller(request), request.query_params)
        return answer_page(rows, request, _shown, order="-held_at")


class ReleaseHeld(APIView):
    @extend_schema(request=None, responses=Held)
    def post(self, request: Request, pk: UUID) -> Response:
        """It goes on to the rules, and what is promised runs from its receipt."""
        return _end(request, pk, release)


class ConfirmHeld(APIView):
    @extend_schema(request=None, responses=Held)
    def post(self, request: Request, pk: UUID) -> Response:
        """It is spam: kept, judged by no rule, counted nowhere."""
        return _end(request, pk, confirm_spam)


def held_for(person: User, said: QueryDict) -> QuerySet[Quarantine]:
    """As far as they may see it; without a state what waits."""
    rows = narrow(Quarantine.objects.visible_to(person), said, FILTERS)
    return _with_all(rows if "state" in said else rows.filter(HELD))


def _with_all(rows: QuerySet[Quarantine]) -> QuerySet[Quarantine]:
    return rows.select_related("spam_by", "released_by", "feedback__source", "feedback__customer")


def end_held(chosen: Collection[UUID], act: Act, *, by: User, now: datetime) -> int:
    """All of them, or none. Raises NotHere for what they may not see, Forbidden for what they may
    only read."""
    wanted = Quarantine.objects.filter(pk__in=set(chosen))
    if wanted.visible_to(by).count() < len(set(chosen)):
        raise NotHere()
    if wanted.workable_by(by).count() < len(set(chosen)):
        raise Forbidden("You may read what is held, not decide on it.")
    return act(chosen, by=by, now=now)


def _end(request: Request, pk: UUID, act: Act) -> Response:
    person = caller(request)
    with transaction.atomic():
        if not end_held([pk], act, by=person, now=moment()):
            raise Conflict("Somebody has decided on it already.", code="decided")
    return Response(_shown([_with_all(Quarantine.objects.all()).get(pk=pk)])[0])


def _shown(rows: list[Quarantine]) -> list[Any]:
    told = show_feedback([row.feedback for row in rows])
    return [_one(row, heard) for row, heard in zip(rows, told, strict=True)]


def _one(row: Quarantine, heard: dict[str, Any]) -> dict[str, Any]:
    by = row.ended_by
    return {
        "id": str(row.pk),
        "state": row.state,
        "reasons": row.reasons,
        "held_at": row.held_at,
        "ended_at": row.ended_at,
        "ended_by": by.brief() if by else None,
        "feedback": heard,
    }

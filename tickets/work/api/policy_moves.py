from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller
from accounts.permissions import AdminsWrite
from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from cxloop.kernel.shapes import read_body
from tickets.sla.forecast_move import forecast_move
from tickets.sla.models import Policy
from tickets.sla.policies import newest_policy
from tickets.work.actions.move_policy import confirm_move
from tickets.work.api import shapes
from tickets.work.models import PolicyMove


class RunningPromises(APIView):
    """What runs under earlier versions of a policy, and what the newest would do to it."""

    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(operation_id="sla_policies_running", responses=shapes.RunningPromises)
    def get(self, request: Request, slug: str) -> Response:
        return Response(shapes.RunningPromises(_running(_policy(slug))).data)

    @extend_schema(
        operation_id="sla_policies_move",
        request=shapes.MoveBody,
        responses=shapes.RunningPromises,
        description="Moves them, part by part; what has counted stays counted. 409 `outdated`.",
    )
    def post(self, request: Request, slug: str) -> Response:
        policy, said = _policy(slug), read_body(shapes.MoveBody, request)
        confirm_move(policy, by=caller(request), now=moment(), **said)
        return self.get(request, slug)


def _running(policy: Policy) -> dict[str, Any]:
    newest = newest_policy(policy)
    return {
        "version": newest.version,
        "forecast": forecast_move(newest, now=moment()),
        "confirmed": PolicyMove.objects.filter(version=newest).first(),
    }


def _policy(slug: str) -> Policy:
    policy: Policy | None = Policy.objects.filter(slug=slug).first()
    if policy is None:
        raise NotHere()
    return policy

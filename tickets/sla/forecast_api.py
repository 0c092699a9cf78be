from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import AdminsWrite
from cxloop.kernel.moment import moment
from cxloop.kernel.shapes import read_body
from tickets.sla import policies, shapes
from tickets.sla.forecast_shapes import ForecastAnswer, ForecastBody, foresight_json
from tickets.sla.foresight import foresee_policy
from tickets.sla.models import PolicyVersion


class PolicyForecasts(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(
        request=ForecastBody,
        responses=ForecastAnswer,
        description=(
            "Holds a draft against the receipts of the last 90 days: how many would fall due while"
            " the roster is closed, and which hours would cure it. Writes nothing."
        ),
    )
    def post(self, request: Request) -> Response:
        said = read_body(ForecastBody, request)
        roster, calendar = said.pop("roster", None), said.pop("calendar", None)
        draft = policies.draft_policy(policies.Given(**said), calendar)  # type: ignore[typeddict-item]
        found = foresee_policy(draft, roster=roster, now=moment())
        return Response({"forecast": foresight_json(found)})


def with_forecast(version: PolicyVersion) -> dict[str, Any]:
    """What was just written, and whether it can be kept."""
    found = foresee_policy(version, now=moment())
    return {**shapes.policy_json(version), "forecast": foresight_json(found)}

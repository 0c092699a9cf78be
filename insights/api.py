from datetime import timedelta
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller
from cxloop.kernel.moment import moment
from insights.likely import Likely, likely_to_break
from insights.promises import follow_up
from insights.shapes import LikelyList, Rates, RatesQuery, likely_json, rates_json, score_json
from tickets.work.models import Ticket

DAYS = OpenApiParameter("days", int, description="how far back receipts go, 1 to 366; default 28")
MOST_LIKELY = 100


class FollowUpRates(APIView):
    @extend_schema(
        operation_id="insights_follow_up",
        parameters=[DAYS],
        responses=Rates,
        description="Both rates of the promise: in 48 real hours, and in the policies' own hours.",
    )
    def get(self, request: Request) -> Response:
        asked = RatesQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        now = moment()
        start = now - timedelta(days=asked.validated_data["days"])
        tickets = Ticket.objects.visible_to(caller(request)).live()
        found = follow_up(tickets, start=start, end=now, now=now)
        return Response({"start": start, "end": now, **rates_json(found)})


class LikelyToBreak(APIView):
    @extend_schema(operation_id="insights_likely", responses=LikelyList)
    def get(self, request: Request) -> Response:
        """Empty while the forecast does not beat the base rate; `why` says so with the figures."""
        found = likely_to_break(caller(request), moment(), most=MOST_LIKELY)
        standing = found.standing
        about = {"is_shown": standing.is_shown, "why": standing.why, "score": score_json(standing)}
        return Response({**about, "results": _named(found), "more": found.more})


def _named(found: Likely) -> list[dict[str, Any]]:
    numbers = [one.waiting.ticket for one, _ in found.found]
    rows = Ticket.objects.filter(pk__in=numbers).values_list("pk", "group__slug")
    groups = dict(rows)
    return [
        {"ticket": f"T-{one.waiting.ticket}", "group": groups[one.waiting.ticket]}
        | likely_json(one, chance)
        for one, chance in found.found
    ]

from datetime import timedelta

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller
from cxloop.kernel.moment import moment
from insights.promises import follow_up
from insights.shapes import Rates, RatesQuery, rates_json
from tickets.work.models import Ticket

DAYS = OpenApiParameter("days", int, description="how far back receipts go, 1 to 366; default 28")


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

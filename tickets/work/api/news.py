from typing import Any

from django.db.models import Q
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.fields import BooleanField, CharField, ChoiceField, IntegerField, ListField
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.api.shapes import PersonBrief
from accounts.authentication import caller
from cxloop.kernel.moment import moment
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape, shown_as
from cxloop.kernel.shapes import Instant, Shape, read_body
from tickets.work.actions.follow import choose_ways, see_news, ways_of
from tickets.work.door import get_ticket_for
from tickets.work.events import EVENTS, WAYS
from tickets.work.filters import narrow, yes_or_no
from tickets.work.shown import news_for

MOST_SEEN = 200


class News(Serializer[Any]):
    id = IntegerField()
    event = ChoiceField(EVENTS)
    ticket = CharField(source="ticket.ref", help_text="ref")
    subject = CharField(source="ticket.subject")
    entry = CharField(source="entry.kind", help_text="the kind of the entry that says it")
    actor = PersonBrief(source="entry.actor", allow_null=True, help_text="null: no colleague")
    text = CharField(source="entry.text")
    at = Instant()
    seen_at = Instant(allow_null=True)
    letter = BooleanField(source="waits_for_letter", help_text="one will say it unless it is seen")


class SeenBody(Shape):
    """The news of these tickets; without it all of yours."""

    tickets = ListField(child=CharField(), max_length=MOST_SEEN, required=False, help_text="refs")


class Seen(Serializer[Any]):
    seen = IntegerField()


_WAYS: Any = {event: ChoiceField(WAYS) for event in EVENTS}
Ways = type("NewsWays", (Serializer,), dict(_WAYS))
WaysBody = type(
    "NewsWaysBody", (Shape,), {event: ChoiceField(WAYS, required=False) for event in EVENTS}
)

UNSEEN = OpenApiParameter("seen", bool, description="what you have seen, or have not")


class NewsList(APIView):
    @extend_schema(
        operation_id="news_list",
        parameters=[UNSEEN, *PAGE_PARAMETERS],
        responses=page_shape(News),
        description="What happened on tickets that are yours or that you watch, the newest first.",
    )
    def get(self, request: Request) -> Response:
        rows = narrow(news_for(caller(request)), request.query_params, FILTERS)
        return answer_page(rows, request, shown_as(News), order="-pk")


class NewsSeen(APIView):
    @extend_schema(operation_id="news_seen", request=SeenBody, responses=Seen)
    def post(self, request: Request) -> Response:
        """You have read it; no letter need say it any more."""
        person, said = caller(request), read_body(SeenBody, request)
        refs = said.get("tickets")
        numbers = [get_ticket_for(person, ref).pk for ref in refs] if refs is not None else None
        return Response({"seen": see_news(person, now=moment(), tickets=numbers)})


class NewsChoices(APIView):
    @extend_schema(operation_id="news_choices_read", responses=Ways)
    def get(self, request: Request) -> Response:
        """How you hear of what: promises in danger are not among it."""
        return Response(ways_of(caller(request)))

    @extend_schema(operation_id="news_choices_change", request=WaysBody, responses=Ways)
    def patch(self, request: Request) -> Response:
        choose_ways(caller(request), read_body(WaysBody, request))
        return Response(ways_of(caller(request)))


FILTERS = {"seen": lambda values: Q(seen_at__isnull=not yes_or_no(values))}

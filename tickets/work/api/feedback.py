"""Feedback as it is read. Its POST belongs to another room: at this path the method decides."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import TokenAuthentication, caller
from cxloop.kernel.errors import NotHere
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape
from feedback.intake.models import Feedback
from feedback.intake.scores import CLASSES
from feedback.web.api import feedback_door as post_feedback
from tickets.work.api import shapes
from tickets.work.api.callers import SecretKeyAuthentication, Server
from tickets.work.filters import Values, after, any_of, before, narrow, one_of, yes_or_no
from tickets.work.models import TicketFeedback
from tickets.work.shown import feedback_visible_to, show_feedback


def _of_class(values: Values) -> Q:
    return Q(score_class__in=one_of(values, CLASSES))


def _with_ticket(values: Values) -> Q:
    linked = Exists(TicketFeedback.objects.filter(feedback=OuterRef("pk")))
    return Q(linked) if yes_or_no(values) else ~Q(linked)


FILTERS = {
    "source": any_of("source__slug"),
    "class": _of_class,
    "ticket": _with_ticket,
    "received_after": after("received_at"),
    "received_before": before("received_at"),
}
FILTER_PARAMETERS = [
    OpenApiParameter("source", str, description="slugs, by comma"),
    OpenApiParameter("class", str, description=f"by comma: {', '.join(CLASSES)}"),
    OpenApiParameter("ticket", bool, description="with a ticket, or without"),
    OpenApiParameter("received_after", str, description="this time or later"),
    OpenApiParameter("received_before", str),
]


class FeedbackList(APIView):
    authentication_classes = (SecretKeyAuthentication, TokenAuthentication)

    @extend_schema(
        operation_id="feedback_list",
        parameters=[*FILTER_PARAMETERS, *PAGE_PARAMETERS],
        responses=page_shape(shapes.Feedback),
        description="The newest first.",
    )
    def get(self, request: Request) -> Response:
        rows = narrow(readable(request), request.query_params, FILTERS)
        return answer_page(rows, request, show_feedback, order="-received_at")


class FeedbackDetail(APIView):
    authentication_classes = (SecretKeyAuthentication, TokenAuthentication)

    @extend_schema(operation_id="feedback_read", responses=shapes.Feedback)
    def get(self, request: Request, pk: UUID) -> Response:
        row = readable(request).filter(pk=pk).first()
        if row is None:
            raise NotHere()
        return Response(show_feedback([row])[0])


def readable(request: Request) -> QuerySet[Feedback]:
    if isinstance(request.user, Server):
        rows = Feedback.objects.filter(source=request.user.source)
    else:
        rows = feedback_visible_to(caller(request))
    return rows.select_related("source", "customer")


_list = FeedbackList.as_view()


@csrf_exempt
@login_not_required
def feedback_door(request: HttpRequest) -> HttpResponseBase:
    """GET lists; POST and its preflight are for the room that hears."""
    if request.method in {"GET", "HEAD"}:
        return _list(request)
    if request.method in {"POST", "OPTIONS"}:
        return post_feedback(request)
    return HttpResponseNotAllowed(["GET", "HEAD", "POST", "OPTIONS"])


# By this the schema finds the list behind the door.
feedback_door.cls = FeedbackList  # type: ignore[attr-defined]
feedback_door.initkwargs = {}  # type: ignore[attr-defined]

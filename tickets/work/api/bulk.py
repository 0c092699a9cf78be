from typing import Any

from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.fields import CharField, ChoiceField, DictField, IntegerField, ListField
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.authentication import caller
from accounts.models import User
from cxloop.kernel.errors import NotHere, Refused
from cxloop.kernel.moment import moment
from cxloop.kernel.shapes import Instant, Shape, read_body
from tickets.work.actions.bulk import MOST, confirm_bulk, counted, look_ahead, plan_bulk, undo_bulk
from tickets.work.chosen import chosen_by_filters, chosen_by_ref
from tickets.work.foreseeing import SAID_TO_MANY, Becomes
from tickets.work.models import BulkAct, BulkItem

VERBS = ChoiceField(list(SAID_TO_MANY))
MOST_SHOWN = 100


class BulkBody(Shape):
    """Tickets by ref, or by the query string of their list; not both."""

    verb = VERBS
    said = DictField(help_text="what the verb wants to be told")
    tickets = ListField(child=CharField(max_length=24), max_length=MOST, required=False)
    filters = CharField(required=False, max_length=2000, help_text="status=open&group=care")


_KINDS: Any = {kind.value: IntegerField() for kind in Becomes}
Foreseen = type("Foreseen", (Serializer,), dict(_KINDS))


class NotDone(Serializer[Any]):
    ticket = CharField(source="ticket.ref", help_text="ref")
    why = CharField(help_text="the code with which the ticket refused it")


class NotForeseen(Serializer[Any]):
    ticket = CharField(help_text="ref")
    why = CharField(help_text="the code with which the ticket would refuse it")


class Bulk(Serializer[Any]):
    id = IntegerField()
    verb = VERBS
    said = DictField()
    created_at = Instant()
    starts_at = Instant(allow_null=True, help_text="null: not confirmed; until then it is undone")
    undone_at = Instant(allow_null=True)
    ended_at = Instant(allow_null=True)
    foreseen = Foreseen(help_text="how many of those that wait would become what")
    would_refuse = NotForeseen(many=True, help_text=f"of those that wait, at most {MOST_SHOWN}")
    done = IntegerField()
    refused = NotDone(many=True, help_text=f"at most {MOST_SHOWN}")


def act_of(person: User, pk: int) -> BulkAct:
    """Whose it is: nobody else learns of it."""
    act = BulkAct.objects.filter(pk=pk, by=person).select_related("by").first()
    if act is None:
        raise NotHere()
    return act


class BulkList(APIView):
    @extend_schema(operation_id="bulk_acts_create", request=BulkBody, responses={201: Bulk})
    def post(self, request: Request) -> Response:
        """What one verb would do to many tickets. Nothing is done before it is confirmed."""
        person, said = caller(request), read_body(BulkBody, request)
        numbers = _chosen(person, said)
        act = plan_bulk(said["verb"], said["said"], numbers, by=person, now=moment())
        return _answer(act, status.HTTP_201_CREATED)


class BulkDetail(APIView):
    @extend_schema(operation_id="bulk_acts_read", responses=Bulk)
    def get(self, request: Request, pk: int) -> Response:
        return _answer(act_of(caller(request), pk))


class ConfirmBulk(APIView):
    @extend_schema(operation_id="bulk_acts_confirm", request=None, responses=Bulk)
    def post(self, request: Request, pk: int) -> Response:
        """It begins at `starts_at`."""
        return _answer(confirm_bulk(act_of(caller(request), pk), now=moment()))


class UndoBulk(APIView):
    @extend_schema(operation_id="bulk_acts_undo", request=None, responses=Bulk)
    def post(self, request: Request, pk: int) -> Response:
        """Before it begins; then it never does. 409 `begun` after that."""
        return _answer(undo_bulk(act_of(caller(request), pk), now=moment()))


def _chosen(person: User, said: dict[str, Any]) -> list[int]:
    if ("tickets" in said) == ("filters" in said):
        raise Refused.at("/tickets", "one_of", "Say either tickets or filters.")
    if "tickets" in said:
        return chosen_by_ref(person, said["tickets"])
    return chosen_by_filters(person, QueryDict(said["filters"]), most=MOST)


def _answer(act: BulkAct, code: int = status.HTTP_200_OK) -> Response:
    look = look_ahead(act)
    would_refuse = list(look.refusals().items())[:MOST_SHOWN]
    refused = act.items.filter(state=BulkItem.State.REFUSED).select_related("ticket")
    shown = {
        **{name: getattr(act, name) for name in ("id", "verb", "said", "created_at")},
        **{name: getattr(act, name) for name in ("starts_at", "undone_at", "ended_at")},
        "foreseen": counted(look),
        "would_refuse": [{"ticket": f"T-{number}", "why": why} for number, why in would_refuse],
        "done": act.items.filter(state=BulkItem.State.DONE).count(),
        "refused": refused.order_by("ticket")[:MOST_SHOWN],
    }
    return Response(Bulk(shown).data, status=code)

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    IntegerField,
    ListField,
    UUIDField,
)
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.api.shapes import PersonBrief
from accounts.authentication import caller
from cxloop.kernel.errors import Refused
from cxloop.kernel.shapes import Instant
from tickets.sla.models import Kind
from tickets.work.customers import customer_to_work
from tickets.work.filters import uuid
from tickets.work.joining import foresee_merge
from tickets.work.joining_customers import (
    SHOWN,
    Told,
    claim_to_part,
    pair_to_join,
    tell_join,
    tell_part,
)


class PromisedAfter(Serializer[Any]):
    kind = ChoiceField(Kind.choices)
    due_at = Instant(allow_null=True, help_text="null: not owed, or it stands still")
    due_then = Instant(allow_null=True)


class Merging(Serializer[Any]):
    """What would become of both; nothing is done."""

    ticket = CharField(source="ticket.ref", help_text="ref of the one that closes")
    into = CharField(source="into.ref", help_text="ref of the one that goes on")
    promises = PromisedAfter(many=True, help_text="of the one that goes on")
    ends = ListField(child=ChoiceField(Kind.choices), help_text="of the one that closes")
    broken = ListField(child=ChoiceField(Kind.choices), help_text="stay on its record")
    feedback = IntegerField(help_text="how many pieces move")
    watchers = PersonBrief(many=True, help_text="watch the other one then")
    tags = ListField(child=CharField(), help_text="that the other one gains")


class MergePreview(APIView):
    @extend_schema(
        operation_id="tickets_merge_preview",
        parameters=[
            OpenApiParameter("into", str, required=True, description="ref of the other ticket")
        ],
        responses=Merging,
        description="What merging would do. To merge with a moment for undoing it, say it as an "
        "act on many tickets of which there is one.",
    )
    def get(self, request: Request, ref: str) -> Response:
        found = foresee_merge(caller(request), ref, request.query_params.get("into", ""))
        return Response(Merging(found).data)


class CustomersTold(Serializer[Any]):
    """What would become of both, as far as you may see; nothing is done. Counts stop at 1,000."""

    claim = UUIDField(source="claim.pk")
    person = UUIDField(source="person.pk", help_text="whom the claim stands for")
    tickets = IntegerField(source="goes.number", help_text="change their customer")
    first = ListField(child=CharField(), help_text=f"refs of at most {SHOWN} of them")
    tickets_of_both = IntegerField(source="stays.number", help_text="stay, as both spoke on them")
    feedback = IntegerField(help_text="what the claim said, which stays its own")
    owed = IntegerField(help_text="tickets that are owed a first contact only then")
    do_not_contact = BooleanField(source="silent", help_text="then, or still, the wish of both")


class JoinPreview(APIView):
    @extend_schema(
        operation_id="customers_join_preview",
        parameters=[OpenApiParameter("to", UUID, required=True, description="the other customer")],
        responses=CustomersTold,
        description="What joining them would do, whichever of the two is the claim.",
    )
    def get(self, request: Request, pk: UUID) -> Response:
        person = caller(request)
        customer_to_work(person, pk)
        pair = pair_to_join(person, pk, _other(request.query_params.get("to", "")))
        return _told(tell_join(person, *pair))


class PartPreview(APIView):
    @extend_schema(operation_id="customers_part_preview", responses=CustomersTold)
    def get(self, request: Request, pk: UUID) -> Response:
        """What parting the claim from its person would do."""
        person = caller(request)
        return _told(tell_part(person, *claim_to_part(person, pk)))


def _other(said: str) -> UUID:
    found = uuid(said)
    if found is None:
        raise Refused.at("/to", "unknown_customer", "There is no such customer.")
    return found


def _told(told: Told) -> Response:
    shown: Any = {**vars(told), "first": [ticket.ref for ticket in told.goes.first]}
    return Response(CustomersTold(shown).data)

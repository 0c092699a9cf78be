from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller
from cxloop.kernel.shapes import read_body
from tickets.work import customers
from tickets.work.api import shapes


class CustomerDetail(APIView):
    @extend_schema(operation_id="customers_read", responses=shapes.CustomerWhole)
    def get(self, request: Request, pk: UUID) -> Response:
        return _shown(request, pk)


class JoinCustomer(APIView):
    @extend_schema(
        operation_id="customers_join",
        request=shapes.JoinCustomerBody,
        responses=shapes.CustomerWhole,
        description="It stands for this trusted customer: their tickets are one person's.",
    )
    def post(self, request: Request, pk: UUID) -> Response:
        customers.customer_to_work(caller(request), pk)
        customers.join(caller(request), pk, **read_body(shapes.JoinCustomerBody, request))
        return _shown(request, pk)


class PartCustomer(APIView):
    @extend_schema(
        operation_id="customers_part",
        request=None,
        responses=shapes.CustomerWhole,
        description="Takes a join back: the tickets on which nobody else has spoken return to it.",
    )
    def post(self, request: Request, pk: UUID) -> Response:
        customers.part(caller(request), pk)
        return _shown(request, pk)


class CustomerConsents(APIView):
    @extend_schema(
        operation_id="customers_consent",
        request=shapes.ConsentBody,
        responses=shapes.CustomerWhole,
        description="What they allow, as they just said it. Contact refused: no letter leaves.",
    )
    def post(self, request: Request, pk: UUID) -> Response:
        customers.customer_to_work(caller(request), pk)
        customers.consent(caller(request), pk, **read_body(shapes.ConsentBody, request))
        return _shown(request, pk)


def _shown(request: Request, pk: UUID) -> Response:
    return Response(shapes.CustomerWhole(customers.see_customer(caller(request), pk)).data)

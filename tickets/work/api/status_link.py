"""The address of a customer's status page: to hand on, or to be sent to them."""

from drf_spectacular.utils import extend_schema
from rest_framework.fields import BooleanField, CharField
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller
from cxloop.kernel.shapes import Instant, Shape, read_body
from tickets.work.actions.status_page import give_link
from tickets.work.actor import acting
from tickets.work.door import working_on
from tickets.work.status_links import lives_until


class StatusLinkBody(Shape):
    """`send`: by a letter to the address that we know of them."""

    send = BooleanField(required=False, default=False)


class StatusLinkShape(Shape):
    url = CharField(allow_null=True, help_text="null where it was sent: that one is for them alone")
    sent = BooleanField()
    lives_until = Instant(help_text="longer, if either side says something")


class TicketStatusLink(APIView):
    @extend_schema(
        operation_id="tickets_status_link", request=StatusLinkBody, responses=StatusLinkShape
    )
    def post(self, request: Request, ref: str) -> Response:
        """A link for you to hand on, or a letter with one. 409 `no_customer`, `no_address`. Behind
        a link that was handed on the customer is not asked whether it is put right."""
        send = read_body(StatusLinkBody, request)["send"]
        with working_on(caller(request), ref) as (ticket, now):
            url = give_link(ticket, send=send, by=acting(caller(request)), now=now)
            said = {"url": url or None, "sent": send, "lives_until": lives_until(now)}
            return Response(StatusLinkShape(said).data)

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import actions
from accounts.api import shapes
from accounts.authentication import caller
from accounts.models import AccessGroup, Invitation
from accounts.permissions import AdminsWrite
from cxloop.kernel.errors import NotHere, Refused
from cxloop.kernel.moment import moment
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape, shown_as
from cxloop.kernel.shapes import read_body


class InvitationList(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(
        operation_id="invitations_list",
        parameters=PAGE_PARAMETERS,
        responses=page_shape(shapes.Invitation),
    )
    def get(self, request: Request) -> Response:
        rows = Invitation.objects.select_related("group", "invited_by")
        return answer_page(rows, request, shown_as(shapes.Invitation))

    @extend_schema(request=shapes.InvitationBody, responses={201: shapes.Invitation})
    def post(self, request: Request) -> Response:
        said = read_body(shapes.InvitationBody, request)
        said["group"] = _group(said.get("group"), said.get("group_role"))
        invitation = actions.invite(**said, by=caller(request), now=moment())
        return Response(shapes.Invitation(invitation).data, status=201)


class InvitationDetail(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(responses={204: None}, description="Withdraws an invitation that is still open.")
    def delete(self, request: Request, pk: int) -> Response:
        invitation = Invitation.objects.filter(pk=pk).first()
        if invitation is None:
            raise NotHere()
        actions.withdraw_invitation(invitation=invitation, now=moment(), by=caller(request))
        return Response(status=204)


def _group(slug: str | None, role: str | None) -> AccessGroup | None:
    if bool(slug) != bool(role):
        raise Refused.at("/role", "incomplete", "A group and a role there go together.")
    if not slug:
        return None
    group = AccessGroup.objects.current().filter(slug=slug).first()
    if group is None:
        raise Refused.at("/group", "unknown", "There is no such group.")
    return group

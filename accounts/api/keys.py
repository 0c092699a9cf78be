from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import actions
from accounts.api import shapes
from accounts.authentication import caller
from accounts.models import PersonalToken, User
from accounts.permissions import must_be_admin
from cxloop.kernel.errors import NotHere, Refused
from cxloop.kernel.moment import moment
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape, shown_as
from cxloop.kernel.shapes import read_body


class KeyList(APIView):
    @extend_schema(
        operation_id="keys_list",
        parameters=PAGE_PARAMETERS,
        responses=page_shape(shapes.Token),
        description="Your own personal tokens; an admin or auditor sees everybody's.",
    )
    def get(self, request: Request) -> Response:
        tokens = PersonalToken.objects.visible_to(caller(request)).select_related("user")
        return answer_page(tokens, request, shown_as(shapes.Token))

    @extend_schema(request=shapes.NewTokenBody, responses={201: shapes.NewToken})
    def post(self, request: Request) -> Response:
        said = read_body(shapes.NewTokenBody, request)
        owner = _owner(caller(request), said.get("user"))
        token, clear = actions.issue_token(person=owner, label=said["label"], now=moment())
        body = {**shapes.Token(token).data, "key": clear}
        return Response(body, status=201, headers={"Cache-Control": "no-store"})


class KeyDetail(APIView):
    @extend_schema(responses={204: None}, description="Revokes the token, at once and for good.")
    def delete(self, request: Request, pk: int) -> Response:
        token = PersonalToken.objects.visible_to(caller(request)).filter(pk=pk).first()
        if token is None:
            raise NotHere()
        if token.user_id != caller(request).pk:
            must_be_admin(caller(request))
        actions.revoke_token(token=token, now=moment())
        return Response(status=204)


def _owner(me: User, asked: int | None) -> User:
    """Oneself, or, for an admin, a service. Nobody gets a token that acts as another person: what
    such a token did could not be told from what the person did."""
    if asked is None or asked == me.pk:
        return me
    must_be_admin(me)
    service = User.objects.filter(pk=asked, kind=User.Kind.SERVICE).first()
    if service is None:
        raise Refused.at("/user", "not_a_service", "People make their own tokens.")
    return service

"""Who calls the API: a person by personal token."""

from django.http import HttpRequest
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.models import PersonalToken, User
from cxloop.kernel.errors import Unknown
from cxloop.kernel.moment import moment


def bearer(request: HttpRequest | Request) -> str:
    """The key in `Authorization: Bearer KEY`, or nothing."""
    scheme, _, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def person_of(clear: str) -> tuple[User, PersonalToken]:
    """Whose token this is. Raises Unknown for a wrong, revoked or switched-off one alike."""
    token = PersonalToken.objects.matching(clear).select_related("user").first()
    if token is None or not token.user.is_active:
        raise Unknown("This token is not known.")
    token.note_use(moment())
    return token.user, token


def caller(request: HttpRequest | Request) -> User:
    """Who asks. Raises Unknown for a stranger, whom a route's permissions let pass."""
    if not isinstance(request.user, User):
        raise Unknown()
    return request.user


class TokenAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User, PersonalToken] | None:
        clear = bearer(request)
        if not clear:
            return None
        return person_of(clear)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "accounts.authentication.TokenAuthentication"
    name = "personalToken"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "Personal token, pat_…"}

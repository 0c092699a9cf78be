from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from accounts.models import User
from cxloop.kernel.problems import wants_problem
from desk.answers import is_fragment
from desk.live import let_it_be_heard

Answer = Callable[[HttpRequest], HttpResponse]


class PersonMiddleware:
    """Pages in the language and the time zone of who looks at them."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if wants_problem(request):
            return self.get_response(request)
        if not isinstance(request.user, User):
            return self._as_stranger(request)
        translation.activate(request.user.language)
        timezone.activate(_zone(request.user.time_zone))
        try:
            answer = self.get_response(request)
        finally:
            timezone.deactivate()
        answer.headers.setdefault("Cache-Control", "private, no-cache")
        let_it_be_heard(request, answer)
        return answer

    def _as_stranger(self, request: HttpRequest) -> HttpResponse:
        """An open page whose session has ended must hear so: led to the door as others are, it
        would show the door in place of its list."""
        if is_fragment(request):
            return HttpResponse(status=401)
        return self.get_response(request)


def _zone(name: str) -> ZoneInfo:
    """A zone that was renamed away must not close the desk."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")

"""The way in front of everything that serves people: sessions, languages, sign-in, pages.

None of that has a say in taking feedback, and together it costs as much as taking it.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from cxloop.kernel import problems
from feedback.web.api import feedback_door

FRONT_DOOR = "/api/v1/feedback"
_METHODS = frozenset({"POST", "OPTIONS"})


class FrontDoorMiddleware:
    """POST of a feedback goes straight to its view; reading it goes the way of all routes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info != FRONT_DOOR or request.method not in _METHODS:
            return self.get_response(request)
        try:
            return feedback_door(request)
        except Exception as error:
            known = problems.as_known(error)
            if known is None:
                raise
            return problems.problem(known, request)

import re
from collections.abc import Callable, Mapping
from secrets import token_hex
from typing import Any

from django.http import HttpRequest, HttpResponse

from cxloop.kernel import problems
from cxloop.kernel.bodies import give_length
from cxloop.kernel.errors import PROBLEM, CxloopError
from cxloop.kernel.logs import request_id

Answer = Callable[[HttpRequest], HttpResponse]

_PLAIN = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestIdMiddleware:
    """One id a request: in the answer, in every log line, in every problem."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        request.id = given if _PLAIN.fullmatch(given) else token_hex(8)  # type: ignore[attr-defined]
        mark = request_id.set(problems.request_id_of(request))
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(mark)
        response["X-Request-Id"] = problems.request_id_of(request)
        return response


def say_in_answer(request: HttpRequest, headers: Mapping[str, str]) -> None:
    """Headers for whatever the answer will be, a problem too."""
    said = vars(request).setdefault("said_in_answer", {})
    said.update(headers)


class SaidHeadersMiddleware:
    """Puts into the answer what the view said of it with `say_in_answer`."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in getattr(request, "said_in_answer", {}).items():
            response[name] = value
        return response


class ChunkedBodyMiddleware:
    """For REST framework's views; plain ones that take bodies read them by themselves."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, arguments: object, named: object
    ) -> HttpResponse | None:
        try:
            if hasattr(view, "cls"):
                give_length(request)
        except CxloopError as error:
            return problems.answer(error, request)
        return None


class ProblemMiddleware:
    """Known errors that leave a plain view become answers; unknown ones stay Django's to report."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and problems.wants_problem(request):
            return _not_allowed(request, response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        known = problems.as_known(error)
        return problems.answer(known, request) if known else None


def _not_allowed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if response.get("Content-Type", "").startswith(PROBLEM):
        return response
    error = CxloopError("This address does not take that method.")
    error.status, error.code, error.title = 405, "method_not_allowed", "Method not allowed"
    answer = problems.problem(error, request)
    answer["Allow"] = response.get("Allow", "")
    return answer

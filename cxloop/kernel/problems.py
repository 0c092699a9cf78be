"""Errors as answers: RFC 9457 problems for programs, a plain page for people."""

import logging
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.shortcuts import render
from rest_framework import exceptions as drf
from rest_framework.response import Response

from cxloop.kernel import errors
from cxloop.kernel.away import is_away
from cxloop.kernel.bodies import was_too_large
from cxloop.kernel.errors import PROBLEM, problem_body

logger = logging.getLogger(__name__)


def as_known(error: Exception) -> errors.CxloopError | None:
    """The same thing in our own words; None for what nobody expected."""
    if isinstance(error, errors.CxloopError):
        return error
    if isinstance(error, drf.APIException):
        return _from_drf(error)
    if isinstance(error, Http404):
        return errors.NotHere()
    if isinstance(error, PermissionDenied):
        return errors.Forbidden()
    if isinstance(error, RequestDataTooBig):
        return errors.TooLarge()
    if isinstance(error, (BadRequest, SuspiciousOperation, UnreadablePostError)):
        return errors.Unreadable()
    return errors.Away() if is_away(error) else None


def _from_drf(error: drf.APIException) -> errors.CxloopError:
    if isinstance(error, drf.ValidationError):
        return errors.Refused(_faults("", error.detail))
    if isinstance(error, drf.Throttled):
        return errors.TooMany(retry_after=int(getattr(error, "wait", None) or 1))
    family = {
        400: errors.Unreadable,
        401: errors.Unknown,
        403: errors.Forbidden,
        404: errors.NotHere,
    }.get(error.status_code)
    if family is not None:
        return family(str(error.detail))
    known = errors.CxloopError(str(error.detail), code=str(error.default_code))
    known.status, known.title = error.status_code, HTTPStatus(error.status_code).phrase
    return known


def _faults(pointer: str, detail: Any) -> list[errors.Fault]:
    if isinstance(detail, dict):
        return [f for key, inner in detail.items() for f in _faults(_step(pointer, key), inner)]
    if isinstance(detail, list):
        return [f for inner in detail for f in _faults(pointer, inner)]
    return [errors.Fault(pointer, getattr(detail, "code", "invalid"), str(detail))]


def _step(pointer: str, key: str) -> str:
    if key == "non_field_errors":
        return pointer
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


def _headers(error: errors.CxloopError) -> dict[str, str]:
    if isinstance(error, errors.TooMany):
        return {"Retry-After": str(error.retry_after)}
    if isinstance(error, errors.Unknown):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, errors.Away):
        return {"Retry-After": "5"}
    return {}


def problem(error: errors.CxloopError, request: HttpRequest) -> JsonResponse:
    return JsonResponse(
        problem_body(error, request_id_of(request)),
        status=error.status,
        content_type=PROBLEM,
        headers=_headers(error),
    )


def request_id_of(request: HttpRequest) -> str:
    return getattr(request, "id", "")


def wants_problem(request: HttpRequest) -> bool:
    """What programs ask: servers and the scripts in pages of others."""
    return request.path.startswith(("/api/", "/w/", "/hooks/"))


def answer(error: errors.CxloopError, request: HttpRequest) -> HttpResponse:
    """The error as the one who asked can read it."""
    if wants_problem(request):
        return problem(error, request)
    page = render(request, "problem.html", {"error": error}, status=error.status)
    for name, value in _headers(error).items():
        if name != "WWW-Authenticate":
            page[name] = value
    return page


def drf_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """REST framework's exception handler."""
    known = as_known(error)
    if known is None:
        return None
    request = context["request"]
    return Response(
        problem_body(known, request_id_of(request)),
        status=known.status,
        content_type=PROBLEM,
        headers=_headers(known),
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(as_known(exception) or errors.Unreadable(), request)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(errors.Forbidden(), request)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(errors.NotHere(), request)


def broken(request: HttpRequest) -> HttpResponse:
    return answer(errors.CxloopError(), request)


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    if was_too_large(request):
        return answer(errors.TooLarge("Files: at most 60 MB at once."), request)
    error = errors.Forbidden("The form is too old. Go back, reload the page and send it again.")
    return answer(error, request)

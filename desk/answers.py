"""How pages are answered: shown, or, after an act, seen elsewhere."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import render, resolve_url

from desk.forms.base import MENDABLE, DeskForm
from desk.refusals import said_of_problem


class SeeOther(HttpResponseRedirectBase):
    """After an act the browser reads the next page, so that reloading it acts no second time."""

    status_code = 303


def see(to: str, *args: Any) -> SeeOther:
    """Goes to a page, by its name or its path."""
    return SeeOther(resolve_url(to, *args))


def show(
    request: HttpRequest, template: str, context: dict[str, Any], *, form: DeskForm | None = None
) -> HttpResponse:
    """A page; where `form` was refused, with the status that says so and what was typed."""
    if form is not None:
        context = {"form": form, **context}
    answer = render(request, f"desk/{template}", context, status=form.status if form else 200)
    if form is not None and form.retry_after:
        answer["Retry-After"] = str(form.retry_after)
    return answer


def tell_of(request: HttpRequest, act: Callable[[], object]) -> bool:
    """Does what a button says; a refusal is said at the head of the next page."""
    try:
        with transaction.atomic():
            act()
    except MENDABLE as error:
        messages.error(request, said_of_problem(error))
        return False
    return True


def is_fragment(request: HttpRequest) -> bool:
    """Whether a page that is open asks for its changed parts."""
    return "HX-Request" in request.headers

"""How pages are answered: shown, or, after an act, seen elsewhere."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import render, resolve_url

from desk.forms.base import DeskForm


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


def is_fragment(request: HttpRequest) -> bool:
    """Whether a page that is open asks for its changed parts."""
    return "HX-Request" in request.headers

"""What people read where something is wrong. No test here may reach for the database."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from cxloop.kernel import errors
from cxloop.kernel.problems import answer, broken
from tests.desk.browsing import text_of


def _away() -> AnonymousUser:
    raise AssertionError("The database is away.")


def ask() -> object:
    request = RequestFactory().get("/queue")
    request.user = SimpleLazyObject(_away)
    return request


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (errors.NotHere(), "There is nothing here"),
        (errors.Forbidden("Only an admin may do this."), "Only an admin may do this."),
        (errors.Forbidden(), "You may read this, not change it."),
        (errors.Conflict(), "This does not fit the present state"),
        (errors.Refused.at("/q", "wrong", "No such filter."), "No such filter."),
        (errors.TooMany(retry_after=7), "Wait a moment"),
        (errors.Away(), "Nothing was kept."),
        (errors.CxloopError(), "It is our fault"),
    ],
)
def test_each_problem_says_what_to_do(error: errors.CxloopError, words: str) -> None:
    page = answer(error, ask())
    assert page.status_code == error.status
    assert words in text_of(page)
    assert "To the queue" in text_of(page)


def test_a_program_that_asks_too_fast_is_told_when() -> None:
    assert answer(errors.TooMany(retry_after=7), ask())["Retry-After"] == "7"


def test_the_worst_page_needs_nothing_and_speaks_korean() -> None:
    with translation.override("ko"):
        assert "우리 잘못이며" in text_of(broken(ask()))

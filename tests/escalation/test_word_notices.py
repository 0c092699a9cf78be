"""What is said of a promise in danger, in every language and of every promise there is."""

from datetime import timedelta

import pytest

from tests.makers import NOW
from tickets.escalation.rungs import CLOCKS
from tickets.escalation.wording import LANGUAGES, Case, notice
from tickets.sla.models import Kind


def words(clock: str, language: str) -> str:
    case = Case("CX-7", "Late", clock, NOW + timedelta(hours=2), "https://cx.example/tickets/CX-7")
    return notice(case, language=language, zone="UTC", now=NOW)[1]


def test_a_rung_may_be_of_any_promise() -> None:
    assert set(CLOCKS) == set(Kind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_promise_is_said_in_words_of_its_own(language: str) -> None:
    assert len({words(clock, language) for clock in CLOCKS}) == len(CLOCKS)

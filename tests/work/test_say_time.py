"""A time is told as its customer reads it …"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cxloop.kernel.models import Letter
from tests.cast import Cast
from tests.makers import NOW, make_customer, make_feedback, make_policy, make_source
from tests.work.test_triage import rule
from tickets.sla.models import Clock
from tickets.work.said_times import said_time, zone_in
from tickets.work.sweeps import triage_arrivals

AT = datetime(2026, 11, 27, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "language", "said"),
    [
        ("Asia/Seoul", "en", "Friday 27 November 2026, 14:00 (KST)"),
        ("Asia/Seoul", "ko", "2026년 11월 27일 금요일 14:00 (KST)"),
        ("America/New_York", "en", "Friday 27 November 2026, 00:00 (EST)"),
        ("Asia/Dubai", "en", "Friday 27 November 2026, 09:00 (UTC+04)"),
    ],
)
def test_by_the_clock_and_in_the_language_named(zone: str, language: str, said: str) -> None:
    assert said_time(AT, ZoneInfo(zone), language) == said


@pytest.mark.django_db
class TestZone:
    def test_is_that_of_the_source_unless_they_named_one(self) -> None:
        seoul = make_source(time_zone="Asia/Seoul")
        heard = make_feedback(seoul)
        wishes = make_feedback(seoul, answers={"call_back": {"zone": "Europe/Berlin"}})
        assert zone_in([heard]).key == "Asia/Seoul"
        assert zone_in([heard, wishes]).key == "Europe/Berlin"
        assert zone_in([]).key == "UTC"

    def test_is_that_of_the_acknowledgement(self, cast: Cast) -> None:
        make_policy("standard")
        rule(when={"always": True}, acknowledge=True)
        wish = {"answers": {"call_back": {"zone": "America/New_York"}}}
        who = {"customer": make_customer(locale="ko-KR"), "received_at": NOW}
        make_feedback(make_source(time_zone="Asia/Seoul"), nps=1, comment="Hm", **wish, **who)
        triage_arrivals(clock=lambda: NOW)
        due = Clock.objects.get(kind="follow_up").due_at
        assert due is not None
        letter = Letter.objects.get(kind="acknowledgement")
        by = said_time(due, ZoneInfo("America/New_York"), "ko")
        assert f"담당자가 {by}까지 직접 답변드리겠습니다." in letter.body
        assert letter.body.count("/s/") == 1

    @pytest.mark.parametrize(
        ("locale", "said"), [("en", "somebody will as soon as we can"), ("ko", "죄송합니다")]
    )
    def test_promises_none_that_has_passed(self, cast: Cast, locale: str, said: str) -> None:
        make_policy("standard")
        rule(when={"always": True}, acknowledge=True)
        who = {"customer": make_customer(locale=locale), "received_at": NOW - timedelta(days=3)}
        make_feedback(make_source(), nps=1, comment="Hm", **who)
        triage_arrivals(clock=lambda: NOW)
        letter = Letter.objects.get(kind="acknowledgement")
        due = said_time(NOW - timedelta(days=1), ZoneInfo("UTC"), locale)
        assert said in letter.body
        assert due in letter.body
        assert letter.body.count("/s/") == 1

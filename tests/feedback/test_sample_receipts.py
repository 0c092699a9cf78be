"""sample_receipts takes a bounded and even sample of when feedback was received."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from feedback.intake import sampling
from feedback.intake.models import Feedback
from feedback.intake.sampling import sample_receipts
from tests.makers import make_feedback

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def arrive(now: datetime, number: int, *, when: str) -> None:
    """So many, `n` counting them, each `when` before now."""
    make_feedback(received_at=now)
    with connection.cursor() as cursor:
        names = ", ".join(
            f'"{field.column}"'
            for field in Feedback._meta.local_fields
            if field.name not in ("id", "received_at")
        )
        cursor.execute(
            f"INSERT INTO intake_feedback (id, received_at, {names})"
            f" SELECT gen_random_uuid(), f.received_at - ({when}), {names}"
            f" FROM (SELECT * FROM intake_feedback LIMIT 1) f, generate_series(1, {number}) n"
        )


def test_it_takes_all_of_few(now: datetime) -> None:
    for ago in (3, 1, 2):
        make_feedback(received_at=now - ago * DAY)
    found = sample_receipts(now - 2 * DAY, now, most=10)
    assert (found.received, found.is_whole) == ((now - 2 * DAY, now - DAY), True)


def test_it_takes_one_of_so_many(now: datetime) -> None:
    arrive(now, 1000, when="n * interval '1 minute'")
    found = sample_receipts(now - DAY, now, most=100)
    assert (len(found.received), found.is_whole) == (100, False)
    assert found.received[1] - found.received[0] == timedelta(minutes=10)


class TestOfVeryMany:
    """More than are read one by one."""

    @pytest.fixture(autouse=True)
    def _read_few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sampling, "MOST_READ", 3000)

    def test_busy_times_weigh_as_they_did(self, now: datetime) -> None:
        """Three of four within the last day."""
        arrive(now, 15_000, when="n * interval '5.76 seconds'")
        arrive(now, 5_000, when="interval '1 day' + n * interval '120 seconds'")
        found = sample_receipts(now - 8 * DAY, now, most=1000)
        lately = sum(at >= now - DAY for at in found.received)
        assert 500 < len(found.received) <= 1000
        assert 0.68 < lately / len(found.received) < 0.82
        assert list(found.received) == sorted(found.received)

    def test_what_came_all_at_once_is_not_taken_for_nothing(self, now: datetime) -> None:
        arrive(now, 5000, when="interval '1 hour'")
        found = sample_receipts(now - 8 * DAY, now, most=1000)
        assert set(found.received) == {now - timedelta(hours=1)}

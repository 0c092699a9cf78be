"""Whoever wants it hears on Mondays at eight what the week was like, once."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Membership, User
from cxloop.kernel.errors import Refused
from cxloop.kernel.models import Letter
from insights.actions.digests import wish_digest
from insights.models import DigestWish
from insights.sweeps import write_digests
from tests.cast import Cast
from tests.insights.promising import answer, follow_up_of, wait_for_contact
from tests.makers import NOW, make_customer, make_feedback, make_policy, make_ticket
from tickets.sla.actions.look import settle
from tickets.work.actions.move import close_ticket
from tickets.work.actor import acting
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)


def sweep(at: datetime) -> int:
    return write_digests(clock=lambda: at)


def letters() -> list[Letter]:
    return list(Letter.objects.filter(kind="digest").order_by("pk"))


@pytest.fixture
def wished(cast: Cast) -> Cast:
    wish_digest(cast.manager, wants=True, now=NOW)
    return cast


def test_it_comes_on_mondays_at_eight_where_they_live(cast: Cast) -> None:
    User.objects.filter(pk=cast.manager.pk).update(time_zone="Asia/Seoul")
    cast.manager.refresh_from_db()
    wish_digest(cast.manager, wants=True, now=NOW)
    assert DigestWish.objects.get().next_at == MONDAY - 9 * HOUR
    assert sweep(MONDAY - 9 * HOUR - timedelta(seconds=1)) == 0
    assert sweep(MONDAY - 9 * HOUR) == 1
    assert [letter.to for letter in letters()] == [cast.manager.email]
    assert DigestWish.objects.get().next_at == MONDAY - 9 * HOUR + 7 * DAY


def test_whoever_sweeps_twice_or_late_writes_one_a_week(wished: Cast) -> None:
    sweep(MONDAY + 2 * DAY)
    assert sweep(MONDAY + 2 * DAY) == 0
    DigestWish.objects.update(next_at=MONDAY)  # as if the first had died before it was kept
    sweep(MONDAY + 3 * DAY)
    assert len(letters()) == 1
    sweep(MONDAY + 21 * DAY)  # a fortnight of silence is no reason for three letters
    assert [letter.key[-10:] for letter in letters()] == ["2026-11-23", "2026-12-14"]


def test_who_moves_to_another_zone_loses_no_week_and_has_none_twice(wished: Cast) -> None:
    User.objects.filter(pk=wished.manager.pk).update(time_zone="America/New_York")
    sweep(MONDAY)  # three in the morning there
    assert letters() == []
    assert DigestWish.objects.get().next_at == MONDAY + 5 * HOUR
    sweep(MONDAY + 5 * HOUR)
    User.objects.filter(pk=wished.manager.pk).update(time_zone="UTC")
    sweep(MONDAY + 7 * DAY + 5 * HOUR)
    assert [letter.key[-10:] for letter in letters()] == ["2026-11-23", "2026-11-30"]


def test_it_is_for_managers_and_admins(cast: Cast) -> None:
    wish_digest(cast.admin, wants=True, now=NOW)
    for other in (cast.agent, cast.lead, cast.auditor, cast.outsider):
        with pytest.raises(Refused):
            wish_digest(other, wants=True, now=NOW)
    assert [wish.user for wish in DigestWish.objects.all()] == [cast.admin]


def test_who_manages_nothing_any_more_hears_nothing(wished: Cast) -> None:
    Membership.objects.filter(user=wished.manager).delete()
    assert sweep(MONDAY) == 1
    assert letters() == []


def test_it_can_be_ended(wished: Cast) -> None:
    wish_digest(wished.manager, wants=False, now=NOW)
    assert sweep(MONDAY) == 0


def test_what_it_says(wished: Cast) -> None:
    """Received on Wednesday: one answered in time, one late, one waits still; another group's is
    nobody's business."""
    wednesday = NOW - 2 * DAY
    customer = make_customer(name="Nora Secret")
    said = {"nps": 1, "comment": "Very private words", "judged": True, "received_at": wednesday}

    def complaint(group=wished.group) -> Ticket:
        feedback = make_feedback(customer=customer, **said)
        return make_ticket(group, feedback=feedback, customer=customer, policy=make_policy())

    in_time, late, waits, spam = (complaint() for _ in range(4))
    complaint(wished.other_group)
    answer(in_time, by=wished.agent, at=wednesday + HOUR)
    for ticket in (late, waits):
        settle(follow_up_of(ticket), MONDAY - DAY)
    answer(late, by=wished.agent, at=MONDAY - DAY)
    close_ticket(spam, outcome="spam", reason="s", by=acting(wished.agent), now=wednesday + HOUR)
    sweep(MONDAY)
    (letter,) = letters()
    assert letter.subject == "Your week: 33 % answered within 48 hours (1 of 3)"
    for words in (
        "Received from 2026-11-14 to 2026-11-20",
        "33 % (1 of 3; 95 % interval 6 % to 79 %)",
        "Closed without contact, with a reason, and in neither: 1.",
        "broken in the past week: 2.",
        f"Care: {waits.ref}, since 2026-11-18 09:00 UTC",
        "Spam: 1",
        "/settings#digest",
    ):
        assert words in letter.body
    assert "Very private words" not in letter.body
    assert "Nora" not in letter.body


def test_an_empty_week_says_so(wished: Cast) -> None:
    sweep(MONDAY)
    (letter,) = letters()
    assert letter.subject == "Your week: no feedback to be judged"
    assert "Nobody waits for a first contact." in letter.body


def test_it_speaks_korean(wished: Cast) -> None:
    User.objects.filter(pk=wished.manager.pk).update(language="ko")
    wait_for_contact(wished.group, due_h=20, now=MONDAY)
    sweep(MONDAY)
    (letter,) = letters()
    assert letter.subject == "지난 한 주: 판단할 피드백이 없습니다"
    assert "첫 연락을 가장 오래 기다리는 고객:" in letter.body

import pytest
from django.conf import settings

from cxloop.kernel.models import Letter
from tests.escalation.climbing import HALF, HOUR, clock_of, letters_to, make_ladder, sweep
from tests.makers import NOW, make_ticket
from tickets.escalation.actions.erase import erase_notices
from tickets.escalation.models import Escalation, Notice
from tickets.sla.models import Clock
from tickets.work.actions.talk import log_contact
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db


def more(ticket: Ticket, number: int, **plan) -> list[Ticket]:
    given = {"policy": ticket.promise.policy, "assignee": ticket.assignee}
    return [make_ticket(ticket.group, **given | plan) for _ in range(number)]


def test_it_says_which_promise_until_when_and_where(ticket, cast):
    cast.agent.time_zone = "Asia/Seoul"
    cast.agent.save()
    sweep(24)
    (letter,) = letters_to("agent")
    assert letter.subject == f"Promise in danger: Parcel never arrived [{ticket.ref}]"
    assert "a person answers the customer" in letter.body
    assert "By: 2026-11-22 18:00 KST" in letter.body
    assert "Time left: 24 h 0 min" in letter.body
    assert f"{settings.BASE_URL}/tickets/{ticket.ref}" in letter.body
    assert "instead" not in letter.body
    assert (letter.kind, letter.automatic) == ("escalation", True)
    clock = clock_of(ticket)
    assert letter.key == f"escalation:{clock.pk}:1:1:{cast.agent.pk}"


def test_it_says_that_a_promise_is_broken(ticket):
    sweep(49.5)
    (letter,) = letters_to("manager")
    assert letter.subject.startswith("Promise broken: ")
    assert "Overdue by: 1 h 30 min" in letter.body


def test_it_speaks_korean_to_those_who_do(ticket, cast):
    cast.lead.language, cast.lead.time_zone = "ko", "Asia/Seoul"
    cast.lead.save()
    Ticket.objects.update(assignee=None)
    sweep(24)
    (letter,) = letters_to("lead")
    assert letter.subject == f"약속 기한 임박: Parcel never arrived [{ticket.ref}]"
    assert "기한: 2026-11-22 18:00 KST" in letter.body
    assert "남은 시간: 24시간 0분" in letter.body
    assert "담당자 자리가 비어 있거나" in letter.body


@pytest.mark.parametrize("language, zone", [("xx", "Nowhere/Gone"), ("", ""), ("en", "../etc")])
def test_a_language_or_zone_that_is_gone_keeps_no_notice_back(ticket, cast, language, zone):
    cast.agent.language, cast.agent.time_zone = language, zone
    cast.agent.save()
    sweep(24)
    assert "By: 2026-11-22 09:00 UTC" in letters_to("agent")[0].body


def test_twenty_notices_are_twenty_letters(ticket):
    more(ticket, 19)
    sweep(24)
    assert len(letters_to("agent")) == 20
    assert not Notice.objects.filter(letter=None).exists()


def test_more_than_twenty_are_one_letter(ticket, cast):
    late = more(ticket, 1, received_at=NOW - HOUR)[0]
    more(ticket, 58)
    Clock.objects.update(next_action_at=NOW)
    sweep(24)
    (letter,) = letters_to("agent")
    assert letter.key == f"digest:{cast.agent.pk}:{Notice.objects.earliest('pk').pk}"
    assert letter.subject == "60 promises in danger or broken"
    assert letter.body.index(late.ref) < letter.body.index(ticket.ref)
    assert letter.body.count(f"{settings.BASE_URL}/tickets/") == 50
    assert "and 10 more" in letter.body
    assert set(Notice.objects.values_list("letter", flat=True)) == {letter.pk}


def test_a_digest_takes_in_whatever_waits_beyond_the_batch(ticket, monkeypatch):
    more(ticket, 30)
    monkeypatch.setattr("tests.escalation.climbing.FIRST_NOTICES", 5)
    sweep(24)
    assert len(letters_to("agent")) == 1
    assert not Notice.objects.filter(letter=None).exists()


class TestWithinAnHour:
    """More than twenty for one person, though never at once."""

    @pytest.fixture
    def heard(self, ticket) -> list[Ticket]:
        """Twenty singly, and five more a quarter of an hour later."""
        first, later = more(ticket, 19), more(ticket, 5, received_at=NOW + HOUR / 4)
        sweep(24)
        assert len(letters_to("agent")) == 20
        sweep(24.25)
        return [*first, *later]

    def test_the_rest_waits_until_the_hour_is_over_and_is_one_letter(self, heard):
        assert len(letters_to("agent")) == 20
        sweep(24.9)
        assert len(letters_to("agent")) == 20
        sweep(25)
        letter = letters_to("agent")[20]
        assert letter.subject == "5 promises in danger or broken"
        assert len(letters_to("agent")) == 21

    def test_what_comes_meanwhile_is_in_the_same_letter(self, heard, ticket):
        more(ticket, 2, received_at=NOW + HOUR / 2)
        sweep(24.5)
        sweep(25)
        assert letters_to("agent")[20].subject == "7 promises in danger or broken"

    def test_one_alone_is_a_letter_of_its_own(self, ticket):
        more(ticket, 19)
        late = more(ticket, 1, received_at=NOW + HOUR / 4)[0]
        for hours in (24, 24.25, 25):
            sweep(hours)
        assert late.ref in letters_to("agent")[20].subject

    def test_after_it_each_has_its_letter_again(self, heard, ticket):
        more(ticket, 2, received_at=NOW + 3 * HOUR)
        for hours in (25, 27):
            sweep(hours)
        assert len(letters_to("agent")) == 23

    def test_others_hear_at_once(self, heard, ticket, cast):
        more(ticket, 1, received_at=NOW + HOUR / 2, assignee=cast.manager)
        sweep(24.5)
        assert len(letters_to("manager")) == 1

    def test_what_is_urgent_waits_for_nothing(self, ticket, cast):
        make_ladder(cast.group, (HALF, ["owner"]), urgent=True)
        more(ticket, 19)
        more(ticket, 2, received_at=NOW + HOUR / 4)
        for hours in (24, 24.25):
            sweep(hours)
        assert len(letters_to("agent")) == 22

    def test_what_is_put_right_meanwhile_is_not_in_it(self, heard, cast):
        by, now = acting(cast.agent), NOW + 24.5 * HOUR
        reached = locked(heard[-1].pk)
        log_contact(reached, channel="phone", reached=True, body="", by=by, now=now)
        sweep(25)
        assert letters_to("agent")[20].subject == "4 promises in danger or broken"


def test_many_for_one_are_a_letter_each_for_the_others(ticket, cast):
    more(ticket, 25)
    more(ticket, 2, assignee=cast.manager)
    sweep(24)
    assert (len(letters_to("agent")), len(letters_to("manager"))) == (1, 2)


def test_nobody_is_told_of_the_same_rung_twice(ticket):
    sweep(24)
    Clock.objects.update(next_action_at=NOW)
    sweep(24.1)
    assert len(letters_to("agent")) == 1
    assert Escalation.objects.count() == 1


def test_erasing_takes_the_customers_words_out_of_notices(ticket):
    other = more(ticket, 1)[0]
    sweep(24)
    erase_notices([ticket.pk])
    words = [f"{letter.subject} {letter.body}" for letter in Letter.objects.order_by("pk")]
    assert ["Parcel" in text for text in words] == [False, True]
    assert other.ref in words[1]

"""tell_news: what happened on people's tickets, by letter."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from accounts.models import Membership
from cxloop.kernel.models import Letter
from tests.escalation.climbing import HALF, HOUR, keep_office_hours, letters_to, make_ladder, sweep
from tests.makers import NOW, make_customer, make_ticket
from tickets.escalation.actions.tell_news import MOST_SINGLE, tell_news
from tickets.work.actions.assign import assign_ticket
from tickets.work.actions.customer_message import receive_message
from tickets.work.actions.follow import choose_ways, see_news
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import News, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quiet(ticket: Ticket) -> None:
    News.objects.all().delete()


def written(ticket: Ticket, text: str = "Well?", *, at: datetime = NOW) -> None:
    receive_message(locked(ticket.pk), text=text, received_at=at, now=at)


def write(hours: float = 0) -> None:
    now = NOW + hours * HOUR
    with transaction.atomic():
        tell_news(list(News.objects.untold(now).select_for_update(of=("self",))), now)
    assert not News.objects.untold(now).exists()


def test_it_says_what_happened_where_and_who_decides_on_it(ticket, cast):
    written(ticket, "Where is it?\n" + "x" * 3000)
    write()
    (letter,) = letters_to("agent")
    assert letter.subject == f"The customer wrote: Parcel never arrived [{ticket.ref}]"
    assert "Where is it?\nxxx" in letter.body
    assert len(letter.body) < 2_500
    assert f"/tickets/{ticket.ref}" in letter.body
    assert "/settings#news" in letter.body
    assert (letter.kind, letter.automatic, letter.about_at) == ("news", True, NOW)


def test_it_speaks_korean_and_names_the_colleague(ticket, cast):
    cast.lead.language = "ko"
    cast.lead.save()
    assign_ticket(ticket, assignee=cast.lead, by=acting(cast.agent), now=NOW)
    write()
    (letter,) = letters_to("lead")
    assert letter.subject == f"담당 지정: Parcel never arrived [{ticket.ref}]"
    assert "Agent 님이 남겼습니다." in letter.body


def test_again_it_writes_nothing(ticket):
    written(ticket)
    write()
    write()
    assert len(letters_to("agent")) == 1


def test_much_at_once_is_one_letter(ticket, cast):
    other = make_ticket(cast.group, customer=make_customer(), assignee=cast.agent, subject="Other")
    for one in (ticket, other, ticket):
        written(one)
    write()
    (letter,) = letters_to("agent")
    assert letter.subject == "News on your tickets: 4"  # and that the other was given to them
    assert "The customer wrote  Other" in letter.body


def test_what_was_seen_on_the_desk_is_not_written(ticket, cast):
    written(ticket)
    see_news(cast.agent, now=NOW)
    write()
    assert letters_to("agent") == []


def test_what_one_may_no_longer_see_is_not_written(ticket, cast):
    written(ticket)
    Membership.objects.filter(user=cast.agent).delete()
    write()
    assert letters_to("agent") == []


def test_who_was_switched_off_is_not_written_to(ticket, cast):
    written(ticket)
    cast.agent.is_active = False
    cast.agent.save()
    write()
    assert letters_to("agent") == []


def test_whoever_sleeps_is_written_to_at_their_opening(ticket, cast):
    keep_office_hours(cast.agent)
    written(ticket)  # on a Friday at nine
    write(9)
    assert letters_to("agent") == []
    write(71)
    assert letters_to("agent") == []
    write(72)
    assert len(letters_to("agent")) == 1


def test_a_digest_comes_in_the_morning(ticket, cast):
    choose_ways(cast.agent, {"customer": "digest"})
    written(ticket)
    written(ticket)
    write(22.9)
    assert letters_to("agent") == []
    write(23)
    (letter,) = letters_to("agent")
    assert letter.subject == "News on your tickets: 2"


def test_after_twenty_letters_in_an_hour_the_rest_is_gathered(ticket):
    for minute in range(25):
        written(ticket, at=NOW + timedelta(minutes=minute))
        write(minute / 60)
    assert len(letters_to("agent")) == MOST_SINGLE
    write(59 / 60)
    assert len(letters_to("agent")) == MOST_SINGLE
    write(1)
    assert letters_to("agent")[-1].subject == "News on your tickets: 5"


def test_who_was_given_it_by_a_ladder_is_told_once(ticket, cast):
    make_ladder(cast.group, (HALF, ["manager"], {"reassign_to": "lead"}))
    sweep(24)
    assert News.objects.get(user=cast.lead).event == "given"
    write(24)
    assert [letter.kind for letter in letters_to("lead")] == ["escalation"]


def test_the_same_letter_is_not_written_twice_after_a_crash(ticket):
    """Rows and letter stand in one transaction; the key names the first of the rows."""
    written(ticket)
    news = News.objects.get()
    write()
    assert Letter.objects.get().key == f"news:{news.user_id}:{news.pk}"

"""find_praise …"""

from datetime import timedelta

import pytest
from django.db import connection

from tests.cast import Cast
from tests.kudos.making import SOON, find, happy_answer, member, praise, praised, reach, source_of
from tests.makers import NOW, make_customer, make_feedback, make_held, make_ticket
from tests.recovery.asking import LATER, answer, ask_all, make_asked, question_on, resolve
from tickets.kudos.actions import listen, route
from tickets.kudos.actions.hand import pass_on, withdraw
from tickets.kudos.door import saying_in
from tickets.kudos.models import Kudos, Listened, Unrouted
from tickets.recovery.actions.answer import hear_answer
from tickets.work.actions.move import reopen_ticket
from tickets.work.actions.spam import mark_spam
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Contact

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
ANSWERED = LATER + DAY


def test_it_names_whose_name_stands_in_the_words(cast: Cast) -> None:
    eva = member(cast.group, "Eva Müller")
    said = praise(source_of(cast.group), "Thank you Eva, you were great!")
    find()
    (row,) = Kudos.objects.all()
    assert (row.feedback, row.person, row.group, row.why) == (said, eva, cast.group, "named")
    assert (row.at, row.found_at, row.quiet, row.by) == (NOW, SOON, False, None)
    assert not Unrouted.objects.exists()


def test_each_of_two_who_are_named_is_praised_in_the_group_they_are_in(cast: Cast) -> None:
    member(cast.group, "Eva Müller")
    member(cast.other_group, "Tom Baker")
    member(cast.other_group, "Ann Lee")
    praise(source_of(cast.group, cast.other_group), "Eva and Tom were great")
    find()
    assert praised() == [("Eva Müller", "named"), ("Tom Baker", "named")]
    groups = dict(Kudos.objects.values_list("person__name", "group__slug"))
    assert groups == {"Eva Müller": "care", "Tom Baker": "billing"}


def test_it_is_the_groups_where_nobody_is_named(cast: Cast) -> None:
    praise(source_of(cast.group, cast.other_group), "What a shop!")
    find()
    assert praised() == [("Care", "group"), ("Billing", "group")]


def test_on_a_ticket_it_is_that_groups_and_its_people_count_too(cast: Cast) -> None:
    member(cast.other_group, "Eva Müller")
    for words in ("Thank you Eva", "Thank you all"):
        said = praise(source_of(cast.group), words)
        make_ticket(cast.other_group, feedback=said)
    find()
    assert praised() == [("Eva Müller", "named"), ("Billing", "group")]


@pytest.mark.parametrize(
    "said",
    [
        {"nps": 2},
        {"nps": 8},
        {"nps": None},
        {"nps": 10, "comment": ""},
        {"nps": 10, "comment": "  \n"},
        {"nps": 10, "worst_class": "negative"},
    ],
)
def test_only_good_scores_with_words_are_praise(cast: Cast, said: dict) -> None:
    praise(source_of(cast.group), said.pop("comment", "Well"), **said)
    find()
    assert praised() == []


def test_what_is_held_waits_to_be_released(cast: Cast) -> None:
    make_held(source_of(cast.group), nps=10, comment="What a shop!")
    make_feedback(source_of(cast.group), nps=10, comment="Not judged yet")
    find()
    assert praised() == []


def test_what_turns_out_to_be_spam_is_none(cast: Cast) -> None:
    source = source_of(cast.group)
    before = make_ticket(cast.group, feedback=praise(source, "What a shop!"))
    after = make_ticket(cast.group, feedback=praise(source, "Such a shop!"))
    mark_spam(locked(before.pk), by=acting(cast.agent), now=NOW)
    find()
    assert Kudos.objects.get().feedback_id == after.feedback_links.get().pk
    assert praised() == [("Care", "group")]
    mark_spam(locked(after.pk), by=acting(cast.agent), now=SOON)
    assert praised() == []


def test_an_answer_on_what_turns_out_to_be_spam_is_none(cast: Cast) -> None:
    answered = happy_answer(cast)
    find(ANSWERED)
    assert praised() != []
    ticket = locked(answered.question.ticket_id)
    reopen_ticket(ticket, reason="", by=acting(cast.agent), now=ANSWERED)
    mark_spam(ticket, by=acting(cast.agent), now=ANSWERED)
    assert praised() == []
    assert list(Kudos.objects.unseen_by(cast.agent)) == []


def test_services_who_left_and_strangers_are_not_named(cast: Cast) -> None:
    member(cast.group, "Robot Baker", kind="service")
    member(cast.group, "Left Miller", is_active=False)
    member(cast.other_group, "Eva Müller")
    praise(source_of(cast.group), "Thank you Robot, Miller and Eva")
    find()
    assert praised() == [("Care", "group")]


def test_who_signs_their_own_name_praises_nobody_of_it(cast: Cast) -> None:
    member(cast.group, "Eva Müller")
    praise(source_of(cast.group), "Thanks! Eva", customer=make_customer(name="Eva Jones"))
    find()
    assert praised() == [("Care", "group")]


def test_a_happy_answer_thanks_who_reached_them_in_that_cycle(cast: Cast) -> None:
    asked = make_asked(cast)
    said = answer(asked, solved=False, comment="No")
    ticket = asked.ticket
    by_lead = ANSWERED + timedelta(hours=1)
    reach(ticket, cast.lead, now=by_lead)
    reach(ticket, cast.manager, reached=False, now=by_lead)
    resolve(ticket, by=cast.agent, body="", now=by_lead)
    ask_all(by_lead + DAY)
    happy = answer(question_on(ticket), solved=True, comment="고맙습니다", now=by_lead + 2 * DAY)
    find(by_lead + 2 * DAY)
    assert praised() == [("Lead", "reached")]
    (row,) = Kudos.objects.all()
    assert (row.answer, row.at, row.group) == (happy, happy.at, cast.group)
    assert said != happy


def test_without_a_contact_that_stands_it_thanks_the_owner_else_the_group(cast: Cast) -> None:
    with_owner, without = happy_answer(cast), happy_answer(cast)
    Contact.objects.update(struck_at=LATER)
    for said, owner in ((with_owner, cast.lead), (without, None)):
        ticket = said.question.ticket
        type(ticket).objects.filter(pk=ticket.pk).update(assignee=owner)
    find(ANSWERED)
    assert praised() == [("Lead", "assigned"), ("Care", "group")]


@pytest.mark.parametrize(
    "said",
    [
        {"comment": ""},
        {"solved": True, "score": 3},
        {"solved": False, "score": 5},
        {"solved": None, "score": 2},
    ],
)
def test_an_answer_without_words_or_joy_is_none(cast: Cast, said: dict) -> None:
    happy_answer(cast, **said)
    find(ANSWERED)
    assert praised() == []


def test_who_wrote_the_answer_down_is_not_praised_by_it(cast: Cast) -> None:
    ticket = make_asked(cast).ticket
    said = {"solved": True, "score": 5, "comment": "She is great", "channel": "phone"}
    hear_answer(locked(ticket.pk), **said, by=acting(cast.agent), now=ANSWERED)
    find(ANSWERED)
    assert praised() == [("Care", "group")]


def test_an_answer_is_found_at_once_and_listened_to_until_it_is_settled(cast: Cast) -> None:
    said = happy_answer(cast)
    find(said.at)
    assert praised() == [("Agent", "reached")]
    assert Listened.objects.get().answer == 0, "whoever answers may not have committed"
    find(said.at + timedelta(minutes=6))
    assert Listened.objects.get().answer == said.pk
    assert len(praised()) == 1


def test_twice_is_the_same_as_once_whatever_changed_meanwhile(cast: Cast) -> None:
    praise(source_of(cast.group), "Thank you Eva")
    find(NOW)
    member(cast.group, "Eva Müller")
    find(NOW)
    find(SOON)
    assert praised() == [("Care", "group")]


def test_killed_midway_and_run_again_it_is_the_same(cast: Cast, monkeypatch) -> None:
    praise(source_of(cast.group), "Thank you all")
    happy_answer(cast)
    listen.listen_to_judged(now=SOON)
    listen.listen_to_answers(now=ANSWERED)
    rows = list(Unrouted.objects.order_by("pk"))
    assert len(rows) == 2
    route.route_praise(rows, ANSWERED)
    Unrouted.objects.bulk_create(
        Unrouted(feedback_id=r.feedback_id, answer_id=r.answer_id, since=NOW) for r in rows
    )
    find(ANSWERED)
    assert praised() == [("Care", "group"), ("Agent", "reached")]


def test_one_that_fails_holds_up_no_other(cast: Cast) -> None:
    member(cast.group, "Eva Müller")
    bad, _good = (praise(source_of(cast.group), words) for words in ("Thank Eva", "Eva!"))
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE kudos_kudos ADD CONSTRAINT no_luck CHECK"
            f" (feedback_id <> '{bad.pk}') NOT VALID"
        )
    find()
    assert praised() == [("Eva Müller", "named")]
    (waiting,) = Unrouted.objects.all()
    assert (waiting.feedback, waiting.attempts) == (bad, 1)


def test_it_walks_on_from_where_it_was_and_through_ties(cast: Cast, monkeypatch) -> None:
    source = source_of(cast.group)
    for _ in range(5):
        praise(source, "What a shop!")
    monkeypatch.setattr(listen, "A_STRETCH", 2)
    assert [listen.listen_to_judged(now=SOON) for _ in range(4)] == [2, 2, 1, 0]
    find()
    assert len(praised()) == 5
    praise(source, "Late", at=NOW + DAY)
    find(NOW + DAY)
    assert len(praised()) == 6


def test_what_was_said_long_ago_is_counted_and_no_news(cast: Cast) -> None:
    source = source_of(cast.group)
    praise(source, "Old", at=NOW - 8 * DAY)
    praise(source, "Imported", quiet=True)
    praise(source, "New")
    find()
    told = dict(Kudos.objects.values_list("feedback__comment", "quiet"))
    assert told == {"Old": True, "Imported": True, "New": False}


def test_it_never_puts_back_what_was_taken_away(cast: Cast) -> None:
    member(cast.group, "Eva Müller")
    said = praise(source_of(cast.group), "Thank you Eva")
    find(NOW)
    withdraw(Kudos.objects.get(), by=cast.lead, now=NOW)
    find(NOW)
    find(SOON)
    Unrouted.objects.create(feedback=said, since=NOW)
    find(SOON)
    assert praised() == []
    row = Kudos.objects.get()
    assert (row.withdrawn_at, row.withdrawn_by) == (NOW, cast.lead)


def test_what_somebody_passed_on_before_is_not_the_groups(cast: Cast) -> None:
    said = praise(source_of(cast.group), "Thank you all")
    pass_on(saying_in(feedback=said.pk), cast.agent, by=cast.lead, now=NOW)
    find()
    assert praised() == [("Agent", "hand")]


def test_who_is_named_is_praised_beside_whom_somebody_passed_it_on_to(cast: Cast) -> None:
    member(cast.group, "Eva Müller")
    said = praise(source_of(cast.group), "Thank you Eva")
    pass_on(saying_in(feedback=said.pk), cast.agent, by=cast.lead, now=NOW)
    find()
    assert praised() == [("Agent", "hand"), ("Eva Müller", "named")]


def test_the_words_of_a_customer_who_was_forgotten_are_none(cast: Cast) -> None:
    said = praise(source_of(cast.group), "Thank you all")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL cxloop.erasing = 'on'")
        cursor.execute("UPDATE intake_feedback SET comment = ''")
    Unrouted.objects.create(feedback=said, since=NOW)
    find()
    assert praised() == []

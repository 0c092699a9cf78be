"""Whoever is mentioned in a note hears of it, if they may see the ticket."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from cxloop.kernel.errors import Refused
from cxloop.kernel.models import Letter
from tests.cast import Cast, api
from tests.makers import make_customer, make_member, make_person, make_ticket
from tickets.escalation.sweeps import write_news
from tickets.work.actions.follow import choose_ways, watch
from tickets.work.actions.talk import note
from tickets.work.actor import acting
from tickets.work.mentioning import MOST_MENTIONED, who_sees
from tickets.work.mentions import Colleague, find_mentions
from tickets.work.models import Mention, News, Ticket, TicketShare

pytestmark = pytest.mark.django_db

MINA = Colleague(1, "Mina Park", "mina.park")
MIN = Colleague(2, "Min", "min")
KIM = Colleague(3, "김민지", "minji")
JO, OTHER_JO = Colleague(4, "Jo", "jo"), Colleague(5, "Jo", "jo.lee")


@pytest.mark.parametrize(
    "text, meant",
    [
        ("@Mina Park, look", [{1}]),
        ("ask @mina park.", [{1}]),
        ("(@mina.park)", [{1}]),
        ("@mina.park.", [{1}]),
        ("@Mina please", [{1}]),
        ("@Min please", [{2}]),
        ("@Mina Parker", [{1}]),  # by her first name
        ("@Minaret", []),
        ("@김민지님 확인 부탁드립니다", [{3}]),
        ("@김민지", [{3}]),
        ("@minji", [{3}]),
        ("@Jo", [{4, 5}]),
        ("@jo.lee", [{5}]),
        ("Ask @Jo. Then go on", [{4, 5}]),
        ("mina.park@house.example, min@x.example", []),
        ("@ home @nobody @", []),
        ("https://x.example/@min", []),
        ("@Min and @Mina Park and @Min", [{2}, {1}, {2}]),
    ],
)
def test_who_is_meant(text: str, meant: list[set[int]]) -> None:
    found = find_mentions(text, [MINA, MIN, KIM, JO, OTHER_JO])
    assert [{one.number for one in mention.meant} for mention in found] == meant


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    made = make_ticket(cast.group, customer=make_customer(), assignee=cast.agent)
    News.objects.all().delete()
    return made


def heard() -> set[tuple[str, str]]:
    return set(News.objects.values_list("user__name", "event"))


def write(ticket: Ticket, body: str, by: User, now: datetime) -> Any:
    with transaction.atomic():
        return note(ticket, body=body, by=acting(by), now=now)


class TestWhoHears:
    def test_who_is_mentioned_hears_that_and_the_owner_that_somebody_wrote(self, cast, ticket, now):
        write(ticket, "@Manager what do you think?", cast.lead, now)
        assert heard() == {(cast.manager.name, "mention"), (cast.agent.name, "colleague")}

    def test_an_owner_who_is_mentioned_hears_it_once(self, cast, ticket, now):
        watch(ticket, cast.viewer, by=acting(cast.viewer), now=now)
        write(ticket, "@Agent and @Viewer and @agent", cast.lead, now)
        assert heard() == {(cast.agent.name, "mention"), (cast.viewer.name, "mention")}

    def test_nobody_hears_of_themselves(self, cast, ticket, now):
        entry = write(ticket, "I, @Lead, say so", cast.lead, now)
        assert heard() == {(cast.agent.name, "colleague")}
        assert entry.reason == {}

    def test_a_letter_says_so_unless_they_chose_otherwise(self, cast, ticket, now):
        choose_ways(cast.viewer, {"mention": "desk"})
        write(ticket, "@Manager @Viewer", cast.lead, now)
        write_news(clock=lambda: now + timedelta(minutes=1))
        (letter,) = Letter.objects.filter(kind="news")
        assert (letter.to, letter.subject[:17]) == (cast.manager.email, "You are mentioned")

    def test_imported_history_is_no_news_but_to_them(self, cast, ticket, now):
        ticket.quiet = True
        write(ticket, "@Manager, look", cast.lead, now)
        assert heard() == {(cast.manager.name, "mention")}

    def test_it_stands_in_the_entry_and_as_a_row(self, cast, ticket, now):
        entry = write(ticket, "@Manager", cast.lead, now)
        assert entry.reason == {"mentioned": [cast.manager.brief()]}
        assert Mention.objects.get().user == cast.manager
        with pytest.raises(IntegrityError), transaction.atomic():
            Mention.objects.create(entry=entry, user=cast.manager)


class TestRefused:
    def test_who_may_not_see_it_is_refused_by_name(self, cast, ticket, now):
        with pytest.raises(Refused) as refused:
            write(ticket, "@outsider and @Manager", cast.lead, now)
        (fault,) = refused.value.faults
        assert (fault.pointer, fault.code, fault.names) == ("/body", "cannot_see", ("Outsider",))
        assert "share it with their group first" in fault.detail
        assert not News.objects.exists()
        TicketShare.objects.create(ticket=ticket, group=cast.other_group)
        write(ticket, "@outsider and @Manager", cast.lead, now)
        assert {name for name, event in heard() if event == "mention"} == {"Outsider", "Manager"}

    def test_a_name_of_several_is_refused_until_one_is_meant(self, cast, ticket, now):
        for number in (1, 2):
            person = make_person("Jo Kim", email=f"jo{number}@house.example")
            make_member(cast.group, "agent", person)
        with pytest.raises(Refused) as refused:
            write(ticket, "@Jo Kim", cast.lead, now)
        assert refused.value.faults[0].code == "several"
        write(ticket, "@jo2", cast.lead, now)
        assert Mention.objects.get().user.email == "jo2@house.example"

    def test_of_several_the_one_who_may_see_it_is_meant(self, cast, ticket, now):
        make_member(cast.other_group, "agent", make_person("Jo", email="a@house.example"))
        near = make_member(cast.group, "agent", make_person("Jo", email="b@house.example"))
        write(ticket, "@Jo", cast.lead, now)
        assert Mention.objects.get().user == near

    def test_there_is_an_end_to_it(self, cast, ticket, now):
        crowd = [make_member(cast.group, "agent") for _ in range(MOST_MENTIONED + 1)]
        with pytest.raises(Refused) as refused:
            write(ticket, " ".join(f"@{one.name}" for one in crowd), cast.lead, now)
        assert refused.value.faults[0].code == "too_many"

    def test_who_was_switched_off_is_nobody(self, cast, ticket, now):
        User.objects.filter(pk=cast.manager.pk).update(is_active=False)
        write(ticket, "@Manager", cast.lead, now)
        assert not Mention.objects.exists()


def test_one_predicate_says_who_sees_it(cast: Cast, ticket: Ticket) -> None:
    TicketShare.objects.create(ticket=ticket, group=cast.other_group)
    for _ in range(2):
        assert set(who_sees(ticket)) == {
            person
            for person in User.objects.all()
            if Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists()
        }
        TicketShare.objects.all().delete()


def test_over_the_api_it_is_refused_at_the_body(cast: Cast, ticket: Ticket) -> None:
    answer = api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/note", {"body": "@outsider?"})
    assert answer.status_code == 422
    assert set(answer.json()["errors"][0]) == {"pointer", "code", "detail"}
    told = api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/note", {"body": "@lead?"}).json()
    assert told["timeline"][-1]["reason"] == {"mentioned": [cast.lead.brief()]}


def test_a_note_without_an_at_sign_asks_for_nobody(
    cast: Cast, ticket: Ticket, now: datetime, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(9):
        note(ticket, body="Mine.", by=acting(cast.agent), now=now)
    assert not Mention.objects.exists()

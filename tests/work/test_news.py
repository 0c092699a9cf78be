"""What happens on a ticket is news for who owns it and who watches it, each as they chose."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Membership, User
from cxloop.kernel.errors import Refused
from tests.cast import Cast, api
from tests.makers import make_customer, make_feedback, make_ticket
from tickets.work.actions.assign import assign_ticket
from tickets.work.actions.customer_message import receive_message
from tickets.work.actions.follow import (
    MOST_WATCHERS,
    choose_ways,
    see_news,
    unwatch,
    watch,
    ways_of,
)
from tickets.work.actions.join import join_feedback
from tickets.work.actions.move import merge_tickets
from tickets.work.actions.talk import note
from tickets.work.actor import CLOCK, CUSTOMER, RULE, acting
from tickets.work.door import locked
from tickets.work.events import UNLESS_CHOSEN, letter_at, next_morning
from tickets.work.models import News, Ticket, TicketShare, Watch
from tickets.work.opening import Plan, open_tickets
from tickets.work.timeline import write_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    made = make_ticket(cast.group, customer=make_customer(), assignee=cast.agent)
    News.objects.all().delete()  # that it was given to its owner
    return made


def heard() -> set[tuple[str, str]]:
    return set(News.objects.values_list("user__name", "event"))


def written(ticket: Ticket, now: datetime) -> None:
    receive_message(locked(ticket.pk), text="Well?", received_at=now, now=now)


class TestWhoHears:
    def test_the_owner_and_the_watchers_hear_what_the_customer_writes(self, cast, ticket, now):
        watch(ticket, cast.viewer, by=acting(cast.viewer), now=now)
        written(ticket, now)
        assert heard() == {(cast.agent.name, "customer"), (cast.viewer.name, "customer")}

    def test_nobody_hears_of_what_they_did_themselves(self, cast, ticket, now):
        watch(ticket, cast.lead, by=acting(cast.lead), now=now)
        note(ticket, body="Mine.", by=acting(cast.agent), now=now)
        assert heard() == {(cast.lead.name, "colleague")}

    def test_whoever_is_given_it_hears_and_nobody_else(self, cast, ticket, now):
        watch(ticket, cast.viewer, by=acting(cast.viewer), now=now)
        assign_ticket(ticket, assignee=cast.lead, by=acting(cast.agent), now=now)
        assert heard() == {(cast.lead.name, "given")}
        assign_ticket(ticket, assignee=None, by=acting(cast.lead), now=now)
        assert heard() == {(cast.lead.name, "given")}

    def test_whoever_takes_it_themselves_hears_nothing(self, cast, ticket, now):
        assign_ticket(ticket, assignee=cast.lead, by=acting(cast.lead), now=now)
        assert heard() == set()

    def test_a_rule_that_gives_many_away_is_heard_by_each(self, cast, ticket, now):
        policy = ticket.promise.policy
        given = [
            Plan(cast.group, policy, RULE, now, "Parcel", assignee=owner, reason={"why": "x"})
            for owner in (cast.agent, cast.lead, None)
        ]
        open_tickets(given, now=now)
        assert heard() == {(cast.agent.name, "given"), (cast.lead.name, "given")}
        for news in News.objects.select_related("entry"):
            assert news.entry.reason["assignee"]["id"] == news.user_id

    def test_further_feedback_is_heard(self, cast, ticket, now):
        said = make_feedback(nps=1, customer=ticket.customer)
        join_feedback(ticket, said, CUSTOMER, now=now)
        assert heard() == {(cast.agent.name, "customer")}

    def test_imported_history_is_news_for_nobody(self, cast, ticket, now):
        Ticket.objects.filter(pk=ticket.pk).update(quiet=True)
        written(ticket, now)
        assert heard() == set()

    def test_who_left_or_was_switched_off_hears_no_longer(self, cast, ticket, now):
        for person in (cast.viewer, cast.lead, cast.auditor):
            watch(ticket, person, by=acting(person), now=now)
        Membership.objects.filter(user=cast.viewer).delete()
        User.objects.filter(pk=cast.lead.pk).update(is_active=False)
        written(ticket, now)
        assert heard() == {(cast.agent.name, "customer"), (cast.auditor.name, "customer")}

    def test_one_predicate_says_who_hears_and_who_sees(self, cast, ticket, now):
        TicketShare.objects.create(ticket=ticket, group=cast.other_group)
        people = list(User.objects.all())
        Watch.objects.bulk_create(Watch(ticket=ticket, user=p, since=now) for p in people)
        hear = set(Watch.objects.that_hear().values_list("user", flat=True))
        assert hear == {
            p.pk for p in people if Ticket.objects.visible_to(p).filter(pk=ticket.pk).exists()
        }
        TicketShare.objects.all().delete()
        hear = set(Watch.objects.that_hear().values_list("user", flat=True))
        assert cast.outsider.pk not in hear

    def test_nobody_hears_twice_that_owns_and_watches(self, cast, ticket, now):
        watch(ticket, cast.agent, by=acting(cast.agent), now=now)
        written(ticket, now)
        assert News.objects.count() == 1


class TestWatch:
    def test_twice_is_once(self, cast, ticket, now):
        assert watch(ticket, cast.viewer, by=acting(cast.viewer), now=now)
        assert not watch(ticket, cast.viewer, by=acting(cast.viewer), now=now)
        unwatch(ticket, cast.viewer)
        unwatch(ticket, cast.viewer)
        assert not Watch.objects.exists()

    def test_who_may_not_see_it_cannot_watch(self, cast, ticket, now):
        with pytest.raises(Refused) as refused:
            watch(ticket, cast.outsider, by=acting(cast.agent), now=now)
        assert refused.value.faults[0].code == "cannot_see"

    def test_who_is_made_to_watch_hears_it_and_history_says_so(self, cast, ticket, now):
        watch(ticket, cast.lead, by=acting(cast.agent), now=now)
        assert heard() == {(cast.lead.name, "given")}
        entry = ticket.timeline.get(kind="watched")
        assert entry.reason == {"watcher": cast.lead.brief()}

    def test_there_is_an_end_to_it(self, cast, ticket, now):
        crowd = [User(name=f"P{n}", email=f"p{n}@house.example", created_at=now) for n in range(50)]
        User.objects.bulk_create(crowd)
        Watch.objects.bulk_create(Watch(ticket=ticket, user=p, since=now) for p in crowd)
        assert len(crowd) == MOST_WATCHERS
        with pytest.raises(Refused) as refused:
            watch(ticket, cast.lead, by=CLOCK, now=now)
        assert refused.value.faults[0].code == "enough_watchers"

    def test_a_merge_takes_them_along(self, cast, ticket, now):
        other = make_ticket(cast.group, customer=ticket.customer)
        for watched in (ticket, other):
            watch(watched, cast.viewer, by=acting(cast.viewer), now=now)
        watch(ticket, cast.lead, by=acting(cast.lead), now=now)
        merge_tickets(ticket, into=other, by=acting(cast.agent), now=now)
        assert {w.user for w in other.watches.all()} == {cast.viewer, cast.lead}


class TestChoices:
    def test_without_a_choice_it_is_as_the_table_says(self, cast, ticket, now):
        assert ways_of(cast.agent) == UNLESS_CHOSEN
        written(ticket, now)
        assert News.objects.get().tell_at == now
        note(ticket, body="Hm.", by=acting(cast.lead), now=now)
        assert News.objects.get(event="colleague").tell_at is None

    @pytest.mark.parametrize("way", ["desk", "letter", "digest", "off"])
    def test_each_way_is_kept(self, cast, ticket, now, way):
        choose_ways(cast.agent, {"customer": way})
        written(ticket, now)
        tell_at = list(News.objects.values_list("tell_at", flat=True))
        assert (
            tell_at
            == {
                "desk": [None],
                "letter": [now],
                "digest": [next_morning(cast.agent.time_zone, now)],
                "off": [],
            }[way]
        )

    def test_a_choice_is_that_persons_alone(self, cast, ticket, now):
        watch(ticket, cast.viewer, by=acting(cast.viewer), now=now)
        choose_ways(cast.viewer, {"customer": "off"})
        written(ticket, now)
        assert heard() == {(cast.agent.name, "customer")}

    def test_it_cannot_be_about_promises_in_danger(self, cast):
        for raw in ({"escalated": "off"}, {"customer": "pigeon"}):
            with pytest.raises(Refused):
                choose_ways(cast.agent, raw)

    @pytest.mark.parametrize(
        "zone, now, morning",
        [
            ("Asia/Seoul", "2026-11-20T09:00:00", "2026-11-20T23:00:00"),
            ("Europe/Berlin", "2026-11-20T06:59:00", "2026-11-20T07:00:00"),
            ("Europe/Berlin", "2026-11-20T07:00:00", "2026-11-21T07:00:00"),
            ("Europe/Berlin", "2026-10-24T12:00:00", "2026-10-25T07:00:00"),
            ("Nowhere/Gone", "2026-11-20T09:00:00", "2026-11-21T08:00:00"),
        ],
    )
    def test_the_morning_is_theirs(self, zone, now, morning):
        at = datetime.fromisoformat(now).replace(tzinfo=UTC)
        assert next_morning(zone, at) == datetime.fromisoformat(morning).replace(tzinfo=UTC)
        assert letter_at("digest", zone, at) == next_morning(zone, at)


class TestSeen:
    def test_what_was_seen_needs_no_letter(self, cast, ticket, now):
        written(ticket, now)
        later = now + timedelta(minutes=1)
        assert see_news(cast.agent, now=later) == 1
        news = News.objects.get()
        assert (news.seen_at, news.tell_at) == (later, None)
        assert see_news(cast.agent, now=later) == 0

    def test_of_one_ticket_the_rest_stays_new(self, cast, ticket, now):
        other = make_ticket(cast.group, customer=make_customer(), assignee=cast.agent)
        see_news(cast.agent, now=now)
        written(ticket, now)
        written(other, now)
        see_news(cast.agent, now=now, tickets=[ticket.pk])
        assert [n.ticket_id for n in News.objects.unseen_by(cast.agent)] == [other.pk]


class TestApi:
    def test_it_is_listed_seen_and_chosen(self, cast, ticket, now):
        written(ticket, now)
        agent = api(cast.agent)
        (shown,) = agent.get("/api/v1/me/news", {"seen": "false"}).json()["results"]
        assert (shown["ticket"], shown["event"], shown["text"]) == (ticket.ref, "customer", "Well?")
        assert (shown["actor"], shown["letter"]) == (None, True)
        body = {"tickets": [ticket.ref]}
        assert agent.post("/api/v1/me/news/seen", body, format="json").json() == {"seen": 1}
        assert agent.get("/api/v1/me/news", {"seen": "false"}).json()["results"] == []
        assert len(agent.get("/api/v1/me/news").json()["results"]) == 1
        chosen = agent.patch("/api/v1/me/news-choices", {"moved": "digest"}, format="json")
        assert chosen.json() == {**UNLESS_CHOSEN, "moved": "digest"}
        wrong = agent.patch("/api/v1/me/news-choices", {"moved": "pigeon"}, format="json")
        assert wrong.status_code == 422

    def test_nobody_reads_the_news_of_another(self, cast, ticket, now):
        written(ticket, now)
        assert api(cast.admin).get("/api/v1/me/news").json()["results"] == []

    def test_what_one_may_no_longer_see_is_gone_from_it(self, cast, ticket, now):
        written(ticket, now)
        Ticket.objects.filter(pk=ticket.pk).update(group=cast.other_group)
        agent = api(cast.agent)
        assert agent.get("/api/v1/me/news").json()["results"] == []
        body = {"tickets": [ticket.ref]}
        assert agent.post("/api/v1/me/news/seen", body, format="json").status_code == 404

    def test_readers_watch_themselves_and_workers_add_others(self, cast, ticket, now):
        def say(by: User, verb: str, **body: Any) -> Any:
            return api(by).post(f"/api/v1/tickets/{ticket.ref}/{verb}", body, format="json")

        assert say(cast.viewer, "watch").json()["watchers"] == [cast.viewer.brief()]
        assert say(cast.viewer, "watch", person=cast.lead.pk).status_code == 403
        assert say(cast.viewer, "unwatch", person=cast.lead.pk).status_code == 403
        watching = say(cast.agent, "watch", person=cast.lead.pk).json()["watchers"]
        assert watching == [cast.viewer.brief(), cast.lead.brief()]
        assert say(cast.agent, "unwatch", person=cast.viewer.pk).json()["watchers"] == [
            cast.lead.brief()
        ]
        for nobody in (cast.outsider.pk, 2**62):
            assert say(cast.agent, "watch", person=nobody).status_code == 422
        assert say(cast.outsider, "watch").status_code == 404


def test_impossible_news_is_refused(cast: Cast, ticket: Ticket, now: datetime) -> None:
    written(ticket, now)
    attempts = (
        "UPDATE work_news SET event = 'rumour'",
        "UPDATE work_news SET tell_at = now(), seen_at = now()",
        "UPDATE work_news SET tell_at = now(), told_at = now()",
        "INSERT INTO work_newschoice (user_id, event, way) SELECT user_id, 'moved', 'x' "
        "FROM work_news",
        "INSERT INTO work_news (user_id, ticket_id, entry_id, event, at) "
        "SELECT user_id, ticket_id, entry_id, event, at FROM work_news",
    )
    for attempt in attempts:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attempt)


def test_a_reply_takes_one_statement_more_where_nobody_watches(
    cast: Cast, ticket: Ticket, now: datetime, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        write_entry(ticket, "reply", acting(cast.agent), now=now, text="Sorry.")
    assert heard() == set()

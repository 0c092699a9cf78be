"""A ticket is handed over to another group, which accepts it, sends it back, or is late."""

from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.actions import set_accept_within
from accounts.models import AccessGroup, User
from cxloop.kernel.errors import Conflict, Refused
from cxloop.kernel.models import Letter
from tests.cast import Cast, api
from tests.desk.asking import done, entries, faults, refusal, tell
from tests.makers import make_customer, make_group, make_member, make_ticket
from tickets.escalation.sweeps import write_news
from tickets.sla.models import Clock
from tickets.work.actions.accept import accept
from tickets.work.actions.assign import assign_ticket, hand_over
from tickets.work.actions.follow import watch
from tickets.work.actions.move import close_ticket
from tickets.work.actions.send_back import send_back
from tickets.work.actor import CLOCK, Actor, acting
from tickets.work.door import locked
from tickets.work.models import HandedFor, Handover, News, Ticket, TicketShare
from tickets.work.sweeps import tell_of_handovers

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
WORDS = {"reason": "expertise", "summary": "The invoice is wrong, the parcel was right."}


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    made = make_ticket(cast.group, customer=make_customer(), assignee=cast.agent)
    News.objects.all().delete()
    return made


@pytest.fixture
def billing_lead(cast: Cast) -> User:
    return make_member(cast.other_group, "lead")


def give(ticket: Ticket, group: AccessGroup, by: User, now: datetime, **said: Any) -> Ticket:
    words = {"reason": HandedFor.EXPERTISE, "summary": WORDS["summary"]} | said
    hand_over(locked(ticket.pk), group=group, by=acting(by), now=now, **words)
    return locked(ticket.pk)


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.timeline.order_by("pk").values_list("kind", flat=True))


def heard() -> set[tuple[str, str]]:
    return set(News.objects.values_list("user__name", "event"))


def sweep(at: datetime) -> int:
    return tell_of_handovers(clock=lambda: at)


class TestGive:
    def test_any_group_may_be_chosen_with_a_reason_and_a_summary(self, cast, ticket) -> None:
        shown = done(tell(cast.agent, ticket, "hand-over", {"group": "billing", **WORDS}))
        handed = shown["handover"]
        assert (shown["group"]["slug"], shown["assignee"]) == ("billing", None)
        assert (handed["from"]["slug"], handed["to"]["slug"]) == ("care", "billing")
        assert (handed["by"], handed["reason"]) == (cast.agent.brief(), "expertise")
        assert handed["summary"] == WORDS["summary"]
        entry = shown["timeline"][-1]
        assert (entry["kind"], entry["text"]) == ("handed_over", WORDS["summary"])
        assert (entry["reason"]["because"], entry["reason"]["to"]) == ("expertise", "billing")
        assert not ticket.timeline.get(kind="handed_over").public
        assert refusal(tell(cast.agent, ticket, "accept")) == (404, "not_found")

    @pytest.mark.parametrize(
        ("said", "pointer", "code"),
        [
            ({"group": "none-such"}, "/group", "unknown_group"),
            ({"reason": "boredom"}, "/reason", "invalid_choice"),
            ({"summary": " \n"}, "/summary", "required"),
            ({"summary": "x" * 20_001}, "/summary", "max_length"),
        ],
    )
    def test_it_refuses_with_a_pointer(self, cast, ticket, said, pointer, code) -> None:
        body = {"group": "billing", **WORDS} | said
        assert faults(tell(cast.agent, ticket, "hand-over", body)) == [(pointer, code)]
        assert not Handover.objects.exists()

    def test_to_no_group_that_is_archived(self, cast, ticket, now) -> None:
        AccessGroup.objects.filter(slug="billing").update(archived_at=now)
        body = {"group": "billing", **WORDS}
        assert faults(tell(cast.agent, ticket, "hand-over", body)) == [("/group", "unknown_group")]

    def test_its_own_group_again_writes_no_entry(self, cast, ticket) -> None:
        before = entries(ticket)
        done(tell(cast.agent, ticket, "hand-over", {"group": "care", **WORDS}))
        assert (entries(ticket), Handover.objects.count()) == (before, 0)

    def test_every_clock_runs_on(self, cast, ticket, now) -> None:
        before = list(Clock.objects.order_by("pk").values_list("kind", "state", "due_at"))
        give(ticket, cast.other_group, cast.agent, now)
        assert list(Clock.objects.order_by("pk").values_list("kind", "state", "due_at")) == before

    def test_the_group_says_how_long_it_may_wait(self, cast, ticket, now) -> None:
        set_accept_within(group=cast.other_group, seconds=1800, now=now)
        give(ticket, cast.other_group, cast.agent, now)
        assert Handover.objects.get().accept_by == now + timedelta(minutes=30)

    def test_who_watches_and_still_sees_it_hears(self, cast, ticket, now) -> None:
        TicketShare.objects.create(ticket=ticket, group=make_group("press"))
        reader = make_member(AccessGroup.objects.get(slug="press"), "viewer")
        for person in (reader, cast.lead):
            watch(ticket, person, by=acting(person), now=now)
        give(ticket, cast.other_group, cast.agent, now)
        assert heard() == {(reader.name, "moved")}

    def test_what_it_says_is_found_and_never_in_a_letter(self, cast, ticket, now) -> None:
        give(ticket, cast.other_group, cast.agent, now)
        found = api(cast.outsider).get("/api/v1/tickets", {"q": "invoice"}).json()["results"]
        assert [row["ref"] for row in found] == [ticket.ref]
        assert not Letter.objects.filter(body__contains="invoice").exists()

    def test_an_assignment_to_a_group_is_one_too(self, cast, ticket) -> None:
        done(tell(cast.agent, ticket, "assign", {"group": "billing", "reason": "An invoice."}))
        given = Handover.objects.get()
        assert (given.reason, given.summary, given.waits) == ("other", "An invoice.", True)

    def test_who_gives_it_away_owns_it_no_longer_though_they_work_there(
        self, cast, ticket, now
    ) -> None:
        make_member(cast.other_group, "agent", cast.agent)
        ticket = give(ticket, cast.other_group, cast.agent, now)
        assert (ticket.assignee, Handover.objects.get().waits) == (None, True)


class TestAccept:
    def test_for_the_group_without_owning_it(self, cast, ticket, now) -> None:
        give(ticket, cast.other_group, cast.agent, now)
        shown = done(tell(cast.outsider, ticket, "accept"))
        assert (shown["handover"], shown["assignee"]) == (None, None)
        given = Handover.objects.get()
        assert (given.accepted_by, given.returned_at, given.over_at) == (cast.outsider, None, None)
        assert kinds(ticket)[-1] == "accepted"

    def test_the_same_again_writes_no_entry(self, cast, ticket, now) -> None:
        give(ticket, cast.other_group, cast.agent, now)
        done(tell(cast.outsider, ticket, "accept"))
        before = entries(ticket)
        done(tell(cast.outsider, ticket, "accept"))
        assert entries(ticket) == before

    def test_by_taking_it(self, cast, ticket, now) -> None:
        give(ticket, cast.other_group, cast.agent, now)
        done(tell(cast.outsider, ticket, "assign", {"assignee": "me"}))
        assert Handover.objects.get().accepted_by == cast.outsider
        assert kinds(ticket)[-2:] == ["assigned", "accepted"]

    def test_by_giving_it_to_a_colleague(self, cast, ticket, now, billing_lead) -> None:
        ticket = give(ticket, cast.other_group, cast.agent, now)
        assign_ticket(ticket, assignee=cast.outsider, by=acting(billing_lead), now=now)
        assert Handover.objects.get().accepted_by == billing_lead

    def test_not_by_who_gave_it_away_and_named_an_owner(self, cast, ticket) -> None:
        body = {"group": "billing", "assignee": cast.outsider.pk}
        done(tell(cast.agent, ticket, "assign", body))
        assert Handover.objects.get().waits

    def test_not_by_the_clock(self, cast, ticket, now) -> None:
        ticket = give(ticket, cast.other_group, cast.agent, now)
        assign_ticket(ticket, assignee=cast.outsider, by=CLOCK, now=now)
        assert Handover.objects.get().waits

    def test_not_by_who_still_owns_it_and_was_not_asked(self, cast, ticket, now) -> None:
        make_member(cast.other_group, "agent", cast.agent)
        ticket = give(ticket, cast.other_group, cast.lead, now)
        assert (ticket.assignee, Handover.objects.get().waits) == (cast.agent, True)

    def test_only_what_waits(self, cast, ticket, now) -> None:
        assert refusal(tell(cast.agent, ticket, "accept")) == (409, "not_handed_over")
        give(ticket, cast.other_group, cast.agent, now)
        send_back(locked(ticket.pk), why="No.", by=acting(cast.outsider), now=now)
        assert refusal(tell(cast.agent, ticket, "accept")) == (409, "not_handed_over")

    def test_readers_there_may_not(self, cast, ticket, now) -> None:
        reader = make_member(cast.other_group, "viewer")
        give(ticket, cast.other_group, cast.agent, now)
        for verb in ("accept", "send-back"):
            assert refusal(tell(reader, ticket, verb)) == (403, "forbidden")


class TestSendBack:
    def test_it_goes_to_the_group_and_the_owner_it_had(self, cast, ticket, now) -> None:
        give(ticket, cast.other_group, cast.lead, now)
        done(tell(cast.outsider, ticket, "send-back", {"reason": "No invoice of ours."}))
        ticket = locked(ticket.pk)
        assert (ticket.group, ticket.assignee) == (cast.group, cast.agent)
        given = Handover.objects.get()
        assert (given.returned_by, given.returned_why) == (cast.outsider, "No invoice of ours.")
        entry = ticket.timeline.latest("pk")
        assert (entry.kind, entry.text) == ("sent_back", "No invoice of ours.")

    def test_its_owner_and_who_gave_it_away_hear_why(self, cast, ticket, now) -> None:
        give(ticket, cast.other_group, cast.lead, now)
        send_back(locked(ticket.pk), why="Not ours.", by=acting(cast.outsider), now=now)
        assert heard() == {(cast.agent.name, "handed"), (cast.lead.name, "handed")}
        write_news(clock=lambda: now)
        letter = Letter.objects.get(to=cast.lead.email)
        assert letter.subject.startswith("Sent back to your group")
        assert "Not ours." in letter.body

    def test_an_owner_who_left_does_not_get_it_back(self, cast, ticket, now) -> None:
        give(ticket, cast.other_group, cast.lead, now)
        User.objects.filter(pk=cast.agent.pk).update(is_active=False)
        send_back(locked(ticket.pk), why="Not ours.", by=acting(cast.outsider), now=now)
        assert locked(ticket.pk).assignee is None

    def test_it_wants_a_reason(self, cast, ticket, now) -> None:
        give(ticket, cast.other_group, cast.agent, now)
        for said in ({}, {"reason": " "}, {"reason": "x" * 301}):
            refused = tell(cast.outsider, ticket, "send-back", said)
            assert refused.status_code == 422, said
        assert Handover.objects.get().waits

    def test_twice_is_once(self, cast, ticket, now) -> None:
        give(ticket, cast.other_group, cast.agent, now)
        for _ in range(2):
            done(tell(cast.admin, ticket, "send-back", {"reason": "Not ours."}))
        assert kinds(ticket).count("sent_back") == 1

    def test_what_was_accepted_is_not_sent_back(self, cast, ticket, now) -> None:
        give(ticket, cast.other_group, cast.agent, now)
        accept(locked(ticket.pk), by=acting(cast.outsider), now=now)
        refused = tell(cast.outsider, ticket, "send-back", {"reason": "After all."})
        assert refusal(refused) == (409, "not_handed_over")

    def test_a_group_that_was_archived_gets_nothing_back(self, cast, ticket, now) -> None:
        give(ticket, cast.other_group, cast.agent, now)
        AccessGroup.objects.filter(pk=cast.group.pk).update(archived_at=now)
        refused = tell(cast.outsider, ticket, "send-back", {"reason": "Not ours."})
        assert refusal(refused) == (409, "giver_gone")


class TestOver:
    def test_handed_on_it_waits_there_alone(self, cast, ticket, now) -> None:
        third = make_group("logistics")
        give(ticket, cast.other_group, cast.agent, now)
        give(ticket, third, cast.outsider, now + HOUR)
        first, second = Handover.objects.order_by("number")
        assert (first.over_at, first.waits, second.waits) == (now + HOUR, False, True)
        assert (second.number, second.from_group) == (2, cast.other_group)

    def test_closed_nobody_need_accept_it(self, cast, ticket, now) -> None:
        ticket = give(ticket, cast.other_group, cast.agent, now)
        close_ticket(ticket, outcome="spam", reason="spam", by=acting(cast.outsider), now=now)
        assert Handover.objects.get().over_at == now
        assert sweep(now + 5 * HOUR) == 0


class TestLate:
    def test_the_lead_hears_once_and_it_waits_on(self, cast, ticket, now, billing_lead) -> None:
        give(ticket, cast.other_group, cast.agent, now)
        assert sweep(now + 4 * HOUR - timedelta(seconds=1)) == 0
        assert [sweep(now + 4 * HOUR), sweep(now + 5 * HOUR)] == [1, 0]
        assert heard() == {(billing_lead.name, "handed")}
        given = Handover.objects.get()
        assert (given.told_at, given.waits) == (now + 4 * HOUR, True)
        entry = locked(ticket.pk).timeline.latest("pk")
        assert (entry.kind, entry.actor_kind) == ("not_accepted", "clock")
        assert entry.reason["told"] == [billing_lead.brief()]

    def test_it_is_written_to_them_in_their_language(self, cast, ticket, now, billing_lead) -> None:
        User.objects.filter(pk=billing_lead.pk).update(language="ko")
        give(ticket, cast.other_group, cast.agent, now)
        sweep(now + 4 * HOUR)
        write_news(clock=lambda: now + 4 * HOUR)
        assert Letter.objects.get(to=billing_lead.email).subject.startswith("아직 그룹에서 아무도")

    def test_what_is_accepted_or_sent_back_alarms_nobody(self, cast, ticket, now) -> None:
        give(ticket, cast.other_group, cast.agent, now)
        accept(locked(ticket.pk), by=acting(cast.outsider), now=now)
        assert sweep(now + 9 * HOUR) == 0

    def test_imported_history_alarms_nobody(self, cast, ticket, now, billing_lead) -> None:
        Ticket.objects.filter(pk=ticket.pk).update(quiet=True)
        give(ticket, cast.other_group, cast.agent, now)
        assert [sweep(now + 4 * HOUR), sweep(now + 4 * HOUR)] == [1, 0]
        assert heard() == set()

    def test_where_no_lead_is_a_manager_hears_and_at_last_an_admin(self, cast, ticket, now) -> None:
        give(ticket, cast.other_group, cast.agent, now)
        sweep(now + 4 * HOUR)
        assert heard() == {(cast.admin.name, "handed")}
        News.objects.all().delete()
        manager = make_member(cast.other_group, "manager")
        accept(locked(ticket.pk), by=acting(cast.outsider), now=now)
        give(ticket, cast.group, cast.outsider, now)
        give(ticket, cast.other_group, cast.agent, now)
        News.objects.all().delete()
        sweep(now + 4 * HOUR)
        assert heard() == {(manager.name, "handed")}

    def test_who_stands_in_for_an_absent_lead_hears(self, cast, ticket, now, billing_lead) -> None:
        away = {"away_until": now + 99 * HOUR, "stand_in": cast.outsider}
        User.objects.filter(pk=billing_lead.pk).update(**away)
        give(ticket, cast.other_group, cast.agent, now)
        sweep(now + 4 * HOUR)
        assert heard() == {(cast.outsider.name, "handed")}

    @pytest.mark.django_db(transaction=True)
    def test_it_waits_for_nobody_who_is_at_work_on_it(self, cast, ticket, now) -> None:
        with transaction.atomic():
            give(ticket, cast.other_group, cast.agent, now)
        with closing(connection.copy()) as another, another.cursor() as cursor:
            cursor.execute("BEGIN")
            held = "SELECT 1 FROM work_ticket WHERE promise_id = %s FOR NO KEY UPDATE"
            cursor.execute(held, [ticket.pk])
            sweep(now + 4 * HOUR)
            assert Handover.objects.get().told_at is None
            cursor.execute("ROLLBACK")
        assert sweep(now + 4 * HOUR + timedelta(seconds=1)) == 1
        assert Handover.objects.get().told_at is not None


class TestAgainAndAgain:
    @pytest.fixture
    def twice(self, cast: Cast, ticket: Ticket, now: datetime) -> Ticket:
        give(ticket, cast.other_group, cast.agent, now)
        return give(ticket, cast.group, cast.outsider, now)

    def test_the_leads_of_both_groups_hear_of_the_third(
        self, cast, twice, now, billing_lead
    ) -> None:
        assert (heard(), Letter.objects.count()) == (set(), 0)
        give(twice, cast.other_group, cast.agent, now)
        assert heard() >= {(billing_lead.name, "handed")}
        told = twice.timeline.latest("pk").reason["told"]
        assert told == [cast.lead.brief(), billing_lead.brief()]

    def test_who_does_not_see_it_any_more_is_told_no_word_of_the_customer(
        self, cast, twice, now, billing_lead
    ) -> None:
        give(twice, cast.other_group, cast.agent, now)
        letter = Letter.objects.get()
        assert (letter.to, letter.subject) == (cast.lead.email, f"Handed over 3 times: {twice.ref}")
        assert twice.subject not in letter.subject + letter.body
        assert WORDS["summary"] not in letter.body
        listed = api(cast.lead).get("/api/v1/me/news").json()["results"]
        assert listed == []

    def test_of_each_further_one_too(self, cast, twice, now) -> None:
        third = give(twice, cast.other_group, cast.agent, now)
        give(third, cast.group, cast.outsider, now)
        assert sorted(Letter.objects.values_list("subject", flat=True)) == [
            f"Handed over 3 times: {twice.ref}"
        ]
        assert (cast.lead.name, "handed") in heard()

    def test_a_lead_who_does_it_knows(self, cast, twice, now, billing_lead) -> None:
        give(twice, cast.other_group, cast.lead, now)
        assert not Letter.objects.exists()


class TestQueue:
    def test_a_filter_finds_what_ones_groups_have_still_to_accept(self, cast, ticket, now) -> None:
        other = make_ticket(cast.other_group)
        give(ticket, cast.other_group, cast.agent, now)
        assert self.found(cast.outsider, "true") == [ticket.ref]
        assert self.found(cast.outsider, "false") == [other.ref]
        accept(locked(ticket.pk), by=acting(cast.outsider), now=now)
        assert self.found(cast.outsider, "true") == []

    def test_what_is_shared_and_waits_elsewhere_is_not_ours(self, cast, ticket, now) -> None:
        TicketShare.objects.create(ticket=ticket, group=cast.group)
        give(ticket, cast.other_group, cast.agent, now)
        assert self.found(cast.agent, "true") == []
        assert self.found(cast.agent, "false") == [ticket.ref]

    def found(self, person: User, value: str) -> list[str]:
        answer = api(person).get("/api/v1/tickets", {"handed_over": value})
        return [row["ref"] for row in done(answer)["results"]]


SET = "UPDATE work_handover SET {}"
AGAIN = (
    "INSERT INTO work_handover (attempts, last_error, ticket_id, number, from_group_id,"
    " to_group_id, reason, summary, at, accept_by, returned_why)"
    " SELECT 0, '', ticket_id, {}, from_group_id, to_group_id, reason, '', at, accept_by, ''"
    " FROM work_handover"
)


@pytest.mark.parametrize(
    ("attempt", "constraint"),
    [
        (AGAIN.format("number + 1"), "one_handover_waits_a_ticket"),
        (SET.format("over_at = now()") + ";" + AGAIN.format("number"), "handovers_are_counted"),
        (
            SET.format(
                "accepted_at = now(), accepted_by_id = by_id, returned_at = now(),"
                " returned_by_id = by_id, returned_why = 'x'"
            ),
            "handover_ends_once",
        ),
        (
            SET.format("accepted_at = now(), accepted_by_id = by_id, over_at = now()"),
            "handover_ends_once",
        ),
        (SET.format("accepted_at = now()"), "who_accepts_is_named"),
        (SET.format("returned_at = now(), returned_by_id = by_id"), "who_sends_back_says_why"),
        (SET.format("to_group_id = from_group_id"), "handed_to_another_group"),
        (SET.format("accept_by = at"), "there_is_time_to_accept"),
        (SET.format("told_at = at"), "told_when_it_is_late"),
        (SET.format("reason = 'boredom'"), "known_handover_reason"),
    ],
)
def test_impossible_ones_are_refused(
    cast: Cast, ticket: Ticket, now: datetime, attempt: str, constraint: str
) -> None:
    give(ticket, cast.other_group, cast.agent, now)
    with (
        pytest.raises(IntegrityError, match=constraint),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(attempt)


def test_what_is_closed_is_not_handed_over(cast: Cast, ticket: Ticket, now: datetime) -> None:
    close_ticket(ticket, outcome="spam", reason="spam", by=acting(cast.agent), now=now)
    with pytest.raises(Conflict):
        give(ticket, cast.other_group, cast.agent, now)


@pytest.mark.parametrize("seconds", [0, 59, 30 * 86_400 + 1])
def test_the_time_to_accept_has_bounds(cast: Cast, now: datetime, seconds: int) -> None:
    with pytest.raises(Refused):
        set_accept_within(group=cast.group, seconds=seconds, now=now)
    answer = api(cast.admin).patch("/api/v1/access-groups/care", {"accept_within_s": seconds})
    assert faults(answer) == [("/accept_within_s", "out_of_range")]


def test_an_admin_sets_the_time_to_accept(cast: Cast) -> None:
    answer = api(cast.admin).patch("/api/v1/access-groups/care", {"accept_within_s": 7200})
    assert done(answer)["accept_within_s"] == 7200


def test_a_service_hands_over_and_accepts_as_a_person_does(
    cast: Cast, ticket: Ticket, now: datetime
) -> None:
    robot = make_member(cast.other_group, "agent")
    User.objects.filter(pk=robot.pk).update(kind="service")
    give(ticket, cast.other_group, cast.agent, now)
    accept(locked(ticket.pk), by=Actor("service", robot), now=now)
    assert Handover.objects.get().accepted_by == robot


class TestTakeBack:
    def back(self, ticket: Ticket, by: User) -> Any:
        return tell(by, ticket, "hand-over/take-back")

    def test_whoever_gave_it_away_gets_it_back_unseen(self, cast, ticket, now) -> None:
        give(ticket, cast.other_group, cast.agent, now)
        assert api(cast.agent).get(f"/api/v1/tickets/{ticket.ref}").status_code == 404
        shown = done(self.back(ticket, cast.agent))
        assert (shown["group"]["slug"], shown["assignee"]["id"]) == ("care", cast.agent.pk)
        assert shown["handover"] is None
        entry = ticket.timeline.latest("pk")
        assert (entry.kind, entry.actor) == ("handover_taken_back", cast.agent)
        assert Handover.objects.get().returned_by == cast.agent

    def test_who_owned_it_hears_of_it_unless_they_gave_it(self, cast, ticket, now) -> None:
        give(ticket, cast.other_group, cast.lead, now)
        News.objects.all().delete()
        done(self.back(ticket, cast.lead))
        assert heard() == {("Agent", "handed")}

    def test_twice_is_once(self, cast, ticket, now) -> None:
        give(ticket, cast.other_group, cast.agent, now)
        done(self.back(ticket, cast.agent))
        done(self.back(ticket, cast.agent))
        assert kinds(ticket).count("handover_taken_back") == 1

    def test_nobody_else_does_and_nobody_learns_of_it(self, cast, ticket, now) -> None:
        give(ticket, cast.other_group, cast.agent, now)
        for person in (cast.lead, cast.outsider, cast.admin):
            assert refusal(self.back(ticket, person)) == (404, "not_found")

    def test_who_works_there_no_more_does_not(self, cast, ticket, now) -> None:
        give(ticket, cast.other_group, cast.agent, now)
        cast.agent.memberships.all().delete()
        assert refusal(self.back(ticket, cast.agent)) == (404, "not_found")

    def test_what_was_accepted_stays(self, cast, ticket, now) -> None:
        handed = give(ticket, cast.other_group, cast.agent, now)
        accept(handed, by=acting(cast.outsider), now=now)
        assert refusal(self.back(ticket, cast.agent)) == (409, "not_handed_over")
        assert Ticket.objects.get(pk=ticket.pk).group == cast.other_group

    def test_what_went_on_to_a_third_group_is_not_theirs_any_more(self, cast, ticket, now) -> None:
        handed = give(ticket, cast.other_group, cast.agent, now)
        give(handed, make_group("third"), cast.outsider, now)
        assert refusal(self.back(ticket, cast.agent)) == (404, "not_found")

    def test_an_archived_group_gets_nothing_back(self, cast, ticket, now) -> None:
        give(ticket, cast.other_group, cast.agent, now)
        AccessGroup.objects.filter(pk=cast.group.pk).update(archived_at=now)
        assert refusal(self.back(ticket, cast.agent)) == (409, "giver_gone")

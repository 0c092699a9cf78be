"""A macro writes and acts in one go."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from cxloop.kernel.errors import Conflict, Refused
from cxloop.kernel.models import Letter
from tests.cast import Cast, api
from tests.makers import make_customer, make_ticket
from tickets.sla.models import Clock
from tickets.work.actions.macros import archive_macro, use_macro, write_macro
from tickets.work.actions.move import wait
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.macros import acts_of, impossible_now, text_for
from tickets.work.models import Macro, Priority, Ticket

pytestmark = pytest.mark.django_db

REFUND = {
    "name": "Refund",
    "says": "reply",
    "body_en": "Dear {{ customer.name }}, it is on its way. {{ agent.name }}, {{ ticket.ref }}",
    "body_ko": "{{ customer.name }}님, 환불해 드렸습니다.",
    "add_tags": ["refund"],
    "priority": Priority.HIGH,
    "assign_me": True,
    "wait_days": 3,
}


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return make_ticket(cast.group, customer=make_customer(name="Mina Park"), tags=["new"])


def make_macro(by: User, now: datetime, **facts: Any) -> Macro:
    return write_macro({**REFUND, **facts}, by=by, now=now)


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.timeline.order_by("pk").values_list("kind", flat=True))


def use(
    ticket: Ticket,
    macro: Macro,
    by: User,
    now: datetime,
    *,
    body: str | None = None,
    without: tuple[str, ...] = (),
) -> None:
    with transaction.atomic():
        held = locked(ticket.pk)
        use_macro(held, macro, body=body, without=without, by=acting(by), now=now)


class TestUse:
    def test_it_does_all_in_one_go(self, cast, ticket, now):
        macro = make_macro(cast.agent, now, hand_to=cast.other_group, remove_tags=["new"])
        use(ticket, macro, cast.agent, now)
        ticket.refresh_from_db()
        assert kinds(ticket)[1:] == [
            *("macro", "tagged", "priority", "assigned", "reply", "waiting", "handed_over")
        ]
        assert (ticket.status, ticket.tags, ticket.priority) == ("waiting", ["refund"], 3)
        assert ticket.waiting_until == now + timedelta(days=3)
        assert ticket.group == cast.other_group
        assert ticket.timeline.get(kind="macro").reason == {"macro": macro.brief()}

    def test_its_reply_is_a_letter_that_keeps_the_promise(self, cast, ticket, now):
        use(ticket, make_macro(cast.agent, now), cast.agent, now)
        letter = Letter.objects.get(kind="reply")
        assert letter.body.startswith("Dear Mina Park, it is on its way. Agent, T-")
        assert Clock.objects.get(promise=ticket.pk, kind="follow_up").state == "met"

    def test_what_is_left_out_is_not_done(self, cast, ticket, now):
        without = ("text", "wait", "assign")
        use(ticket, make_macro(cast.agent, now), cast.agent, now, without=without)
        assert kinds(ticket)[1:] == ["macro", "tagged", "priority"]

    def test_its_text_is_as_somebody_changed_it(self, cast, ticket, now):
        use(ticket, make_macro(cast.agent, now), cast.agent, now, body="{{ mine }}")
        assert Letter.objects.get(kind="reply").body.startswith("{{ mine }}")

    def test_where_one_act_is_refused_none_is_done(self, cast, ticket, now):
        wait(locked(ticket.pk), until=None, by=acting(cast.agent), now=now)
        before = kinds(ticket)
        macro = make_macro(cast.agent, now)
        assert impossible_now(macro, locked(ticket.pk)) == {"wait"}
        with pytest.raises(Conflict):
            use(ticket, macro, cast.agent, now)
        ticket.refresh_from_db()
        assert (kinds(ticket), ticket.tags, ticket.priority) == (before, ["new"], 2)
        assert not Letter.objects.filter(kind="reply").exists()
        assert Macro.objects.get().used == 0
        use(ticket, macro, cast.agent, now, without=("wait",))

    def test_whom_nobody_can_write_to_gets_no_letter(self, cast, now):
        mute = make_customer(name="Eve", do_not_contact=True, do_not_contact_since=now)
        ticket = make_ticket(cast.group, customer=mute)
        macro = make_macro(cast.agent, now)
        assert impossible_now(macro, ticket) == {"text"}
        with pytest.raises(Conflict) as refused:
            use(ticket, macro, cast.agent, now)
        assert refused.value.code == "no_address"

    def test_something_must_be_left(self, cast, ticket, now):
        macro = make_macro(cast.agent, now)
        with pytest.raises(Refused) as refused:
            use(ticket, macro, cast.agent, now, without=tuple(acts_of(macro)))
        assert refused.value.faults[0].code == "nothing_left"

    def test_nothing_is_handed_to_a_group_that_is_gone(self, cast, ticket, now):
        macro = make_macro(cast.agent, now, hand_to=cast.other_group)
        cast.other_group.archived_at = now
        cast.other_group.save()
        assert impossible_now(macro, ticket) == {"group"}
        with pytest.raises(Refused):
            use(ticket, macro, cast.agent, now)

    def test_each_use_is_counted_and_the_most_used_comes_first(self, cast, ticket, now):
        often, rare = make_macro(cast.agent, now), make_macro(cast.agent, now, name="Rare")
        for _ in range(2):
            use(ticket, often, cast.agent, now, without=("wait",))
        assert list(Macro.objects.by_use()) == [often, rare]
        often.refresh_from_db()
        assert (often.used, often.used_at) == (2, now)

    def test_a_note_keeps_no_promise(self, cast, ticket, now):
        macro = make_macro(cast.agent, now, says="note", wait_days=None)
        use(ticket, macro, cast.agent, now)
        assert kinds(ticket)[-1] == "note"
        assert Clock.objects.get(promise=ticket.pk, kind="follow_up").state == "running"


class TestLanguage:
    def test_a_reply_speaks_the_customers(self, cast, now):
        macro = make_macro(cast.agent, now)
        korean = make_ticket(cast.group, customer=make_customer(name="민지", locale="ko-KR"))
        assert text_for(macro, korean, cast.agent) == "민지님, 환불해 드렸습니다."

    def test_a_note_speaks_that_of_who_writes_it(self, cast, ticket, now):
        macro = make_macro(cast.agent, now, says="note", body_en="Paid.", body_ko="지급함.")
        cast.agent.language = "ko"
        assert text_for(macro, ticket, cast.agent) == "지급함."

    def test_the_other_version_stands_in(self, cast, now):
        korean = make_ticket(cast.group, customer=make_customer(locale="ko"))
        macro = make_macro(cast.agent, now, body_ko="", body_en="Hello {{ customer.name }}")
        assert text_for(macro, korean, cast.agent) == "Hello customer"


class TestWrite:
    @pytest.mark.parametrize(
        "facts, pointer, code",
        [
            ({"body_en": "{{ customer.email }}"}, "/body/en", "unknown_variable"),
            ({"body_ko": "{{ x"}, "/body/ko", "unknown_variable"),
            ({"body_en": " ", "body_ko": ""}, "/body/en", "required"),
            ({"says": ""}, "/says", "required"),
            ({"name": "  "}, "/name", "required"),
            ({"add_tags": ["x" * 65]}, "/add_tags", "bad_tag"),
            ({"body_en": "x" * 20_001}, "/body/en", "too_long"),
        ],
    )
    def test_what_could_not_be_used_is_refused(self, cast, now, facts, pointer, code):
        with pytest.raises(Refused) as refused:
            make_macro(cast.agent, now, **facts)
        assert (refused.value.faults[0].pointer, refused.value.faults[0].code) == (pointer, code)

    def test_one_that_does_nothing_is_refused(self, cast, now):
        with pytest.raises(Refused) as refused:
            write_macro({"name": "Idle"}, by=cast.agent, now=now)
        assert refused.value.faults[0].code == "does_nothing"

    def test_impossible_ones_are_refused_by_the_database(self, cast, now):
        make_macro(cast.agent, now)
        attempts = (
            f"owner_id = {cast.agent.pk}, group_id = {cast.group.pk}",
            "says = ''",
            "says = 'song'",
            "body_en = '', body_ko = ''",
            "wait_days = 0",
            "wait_days = 366",
            "priority = 5",
            "says = '', body_en = '', body_ko = '', add_tags = '{}', priority = NULL, "
            "assign_me = false, wait_days = NULL",
        )
        for attempt in attempts:
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE work_macro SET {attempt}")


class TestApi:
    def test_it_is_written_listed_changed_used_and_archived(self, cast, ticket, now):
        agent = api(cast.agent)
        said = {
            "name": "Refund",
            "says": "reply",
            "body": {"en": "Dear {{ customer.name }}"},
            "add_tags": ["refund"],
            "wait_days": 3,
        }
        made = agent.post("/api/v1/macros", said)
        assert made.status_code == 201, made.json()
        where = f"/api/v1/macros/{made.json()['id']}"
        assert (made.json()["audience"], made.json()["body"]["ko"]) == ("me", "")
        changed = agent.patch(where, {"body": {"ko": "{{ customer.name }}님"}, "priority": "high"})
        assert changed.json()["body"] == {
            "en": "Dear {{ customer.name }}",
            "ko": "{{ customer.name }}님",
        }
        assert changed.json()["priority"] == "high"
        used = agent.post(
            f"/api/v1/tickets/{ticket.ref}/macro",
            {"macro": made.json()["id"], "without": ["wait"], "body": "Dear Mina"},
        )
        assert (used.status_code, used.json()["status"]) == (200, "open")
        assert used.json()["tags"] == ["new", "refund"]
        (listed,) = agent.get("/api/v1/macros").json()["results"]
        assert listed["used"] == 1
        assert agent.delete(where).status_code == 204
        assert agent.get("/api/v1/macros").json()["results"] == []
        assert len(agent.get("/api/v1/macros?archived=true").json()["results"]) == 1
        again = agent.post(f"/api/v1/tickets/{ticket.ref}/macro", {"macro": made.json()["id"]})
        assert again.json()["errors"][0]["code"] == "unknown_macro"
        assert agent.patch(where, {"name": "x"}).status_code == 409

    def test_who_sees_it(self, cast, now):
        mine = make_macro(cast.agent, now, name="Mine", owner=cast.agent)
        make_macro(cast.lead, now, name="Ours", group=cast.group)
        make_macro(cast.admin, now, name="All")

        def seen(person: User) -> set[str]:
            return {row["name"] for row in api(person).get("/api/v1/macros").json()["results"]}

        assert seen(cast.agent) == {"Mine", "Ours", "All"}
        assert seen(cast.lead) == seen(cast.viewer) == {"Ours", "All"}
        assert seen(cast.outsider) == {"All"}
        assert seen(cast.admin) == {"Ours", "All"}
        assert api(cast.admin).get(f"/api/v1/macros/{mine.pk}").status_code == 404

    def test_who_may_publish_it(self, cast):
        def publish(by: User, **said: Any) -> int:
            body = {"name": "x", "assign_me": True, **said}
            return int(api(by).post("/api/v1/macros", body).status_code)

        ours = {"audience": "group", "group": cast.group.slug}
        assert publish(cast.agent, **ours) == 403
        assert publish(cast.lead, **ours) == publish(cast.admin, **ours) == 201
        assert publish(cast.lead, audience="group", group=cast.other_group.slug) == 403
        assert publish(cast.lead, audience="group", group="nowhere") == 422
        assert publish(cast.lead, audience="group") == 422
        assert publish(cast.manager, audience="everyone") == 403
        assert publish(cast.admin, audience="everyone") == 201
        assert publish(cast.viewer) == publish(cast.auditor) == 403

    def test_whoever_only_uses_it_does_not_change_it(self, cast, now):
        ours = make_macro(cast.lead, now, group=cast.group)
        where = f"/api/v1/macros/{ours.pk}"
        assert api(cast.agent).patch(where, {"name": "x"}).status_code == 403
        assert api(cast.agent).delete(where).status_code == 403
        assert api(cast.lead).patch(where, {"audience": "everyone"}).status_code == 403
        assert api(cast.lead).patch(where, {"audience": "me"}).json()["audience"] == "me"
        assert api(cast.agent).get(where).status_code == 404

    def test_nobody_uses_what_they_do_not_see(self, cast, ticket, now):
        theirs = make_macro(cast.lead, now, owner=cast.lead)
        answer = api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/macro", {"macro": theirs.pk})
        assert answer.json()["errors"][0]["code"] == "unknown_macro"

    def test_nonsense_is_refused(self, cast, ticket):
        agent = api(cast.agent)
        for said in (
            {"name": "x", "says": "song"},
            {"name": "x", "wait_days": 0},
            {"name": "x", "wait_days": 10**9},
            {"name": "x", "body": {"fr": "Salut"}},
            {"name": "x", "priority": "huge"},
            {"name": "x", "hand_to": "nowhere"},
            {},
        ):
            assert agent.post("/api/v1/macros", said).status_code in (400, 422), said
        for said in ({"macro": "x"}, {"macro": 2**70}, {"macro": 1, "without": ["song"]}):
            answer = agent.post(f"/api/v1/tickets/{ticket.ref}/macro", said)
            assert answer.status_code == 422, said


def test_an_archived_one_is_archived_once(cast: Cast, now: datetime) -> None:
    macro = make_macro(cast.agent, now)
    archive_macro(macro, now=now)
    archive_macro(macro, now=now + timedelta(days=1))
    assert Macro.objects.get().archived_at == now

"""The routes of kudos."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from cxloop.kernel.moment import moment
from tests.cast import Cast, api
from tests.kudos.making import SOON, find, happy_answer, member, praise, praised, source_of
from tests.makers import NOW, make_customer, make_member, make_ticket
from tests.recovery.asking import LATER
from tickets.kudos.models import Kudos
from tickets.work.actions.move import merge_tickets
from tickets.work.actions.spam import mark_spam
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import TicketShare

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def get(person: User, path: str = "kudos", status: int = 200) -> Any:
    answer = api(person).get(f"/api/v1/{path}")
    assert answer.status_code == status, answer.content
    return answer.json()


def post(person: User, path: str, body: Any = None, *, status: int) -> Any:
    answer = api(person).post(f"/api/v1/{path}", body or {})
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def seen_by(person: User, query: str = "") -> list[str]:
    return [row["words"] for row in get(person, f"kudos{query}")["results"]]


def test_it_lists_whom_customers_praised_the_newest_first(cast: Cast) -> None:
    eva = member(cast.group, "Eva Müller")
    said = praise(source_of(cast.group), "Thank you Eva", at=NOW - DAY)
    find()
    answered = happy_answer(cast)
    find(answered.at)
    second, first = get(cast.viewer)["results"]
    assert first == {
        "id": Kudos.objects.get(feedback=said).pk,
        "person": {"id": eva.pk, "name": "Eva Müller"},
        "group": {"slug": "care", "name": "Care"},
        "why": "named",
        "by": None,
        "at": "2026-11-19T09:00:00Z",
        "found_at": "2026-11-20T09:10:00Z",
        "unread": False,
        "words": "Thank you Eva",
        "feedback": str(said.pk),
        "ticket": None,
        "cycle": None,
        "source": {"slug": said.source.slug, "name": said.source.name},
    }
    ticket = answered.question.ticket
    told = [second[name] for name in ("why", "words", "ticket", "cycle", "feedback", "source")]
    assert told == ["reached", "고맙습니다", ticket.ref, 1, None, None]


def test_whoever_does_not_see_the_words_sees_no_kudos(cast: Cast) -> None:
    praise(source_of(cast.group), "To care")
    praise(source_of(cast.other_group), "To billing")
    find()
    answered = happy_answer(cast, "Answered")
    find(answered.at)
    assert set(seen_by(cast.viewer)) == {"To care", "Answered"}
    assert seen_by(cast.outsider) == ["To billing"]
    assert set(seen_by(cast.auditor)) == {"To care", "To billing", "Answered"}


def test_sight_goes_with_the_ticket(cast: Cast) -> None:
    answered = happy_answer(cast, "Answered")
    find(answered.at)
    ticket = answered.question.ticket
    assert seen_by(cast.outsider) == []
    TicketShare.objects.create(ticket=ticket, group=cast.other_group)
    assert seen_by(cast.outsider) == ["Answered"]
    assert get(cast.outsider, "kudos/counts?first=2026-11-01&last=2026-11-30")["lines"] == []
    TicketShare.objects.all().delete()
    type(ticket).objects.filter(pk=ticket.pk).update(group=cast.other_group)
    assert (seen_by(cast.outsider), seen_by(cast.agent)) == (["Answered"], [])


def test_what_was_merged_is_seen_where_it_went(cast: Cast) -> None:
    kim = make_customer()
    said = praise(source_of(), "Thank you all", customer=kim)
    ticket = make_ticket(cast.group, feedback=said, customer=kim)
    into = make_ticket(cast.other_group, customer=kim)
    find()
    assert (seen_by(cast.agent), seen_by(cast.outsider)) == (["Thank you all"], [])
    merge_tickets(locked(ticket.pk), into=locked(into.pk), by=acting(cast.admin), now=LATER)
    assert seen_by(cast.outsider) == ["Thank you all"]


@pytest.mark.parametrize("query", ["last=0001-01-05", "first=0001-01-05", "last=9999-12-31"])
def test_months_beyond_the_calendar_are_refused(cast: Cast, query: str) -> None:
    assert get(cast.agent, f"kudos/counts?{query}", status=422)["code"] == "refused"


def test_lists_are_narrowed(cast: Cast) -> None:
    eva = member(cast.group, "Eva Müller")
    source = source_of(cast.group)
    for number, words in enumerate(("Eva, old", "all, old", "Eva, new", "all, new")):
        praise(source, words, at=NOW + number * DAY)
    praise(source_of(cast.other_group), "elsewhere", at=NOW - DAY)
    find(NOW + 9 * DAY)
    at = (NOW + 2 * DAY).isoformat().replace("+00:00", "Z")
    assert seen_by(eva, "?person=me") == ["Eva, new", "Eva, old"]
    assert seen_by(cast.agent, f"?person={eva.pk}&said_before={at}") == ["Eva, old"]
    assert seen_by(cast.agent, f"?said_after={at}") == ["all, new", "Eva, new"]
    assert seen_by(cast.agent, "?person=none") == ["all, new", "all, old"]
    assert len(seen_by(cast.agent, f"?person=none,{eva.pk}")) == 4
    assert seen_by(cast.admin, "?group=billing") == ["elsewhere"]
    assert seen_by(cast.agent, "?group=billing") == []
    for query in ("person=she", "person=", "who=me", "said_after=yesterday"):
        expected = 200 if query == "person=" else 422
        get(cast.agent, f"kudos?{query}", status=expected)


def test_it_comes_page_by_page(cast: Cast) -> None:
    source = source_of(cast.group)
    for number in range(5):
        praise(source, f"Thanks {number}")
    find()
    client, seen, where = api(cast.agent), [], "/api/v1/kudos?page_size=2"
    while where:
        page = client.get(where).json()
        seen += [row["words"] for row in page["results"]]
        where = page["next"]
    assert sorted(seen) == [f"Thanks {number}" for number in range(5)]


def test_what_was_taken_away_or_turned_out_to_be_spam_is_in_no_list(cast: Cast) -> None:
    source = source_of(cast.group)
    gone, spam = praise(source, "Wrong"), praise(source, "Spam")
    ticket = make_ticket(cast.group, feedback=spam)
    find()
    post(cast.agent, f"kudos/{Kudos.objects.get(feedback=gone).pk}/withdraw", status=204)
    mark_spam(locked(ticket.pk), by=acting(cast.agent), now=SOON)
    assert seen_by(cast.agent) == []
    assert get(cast.agent, "kudos/counts?first=2026-11-01&last=2026-11-01")["lines"] == []
    assert (
        post(cast.agent, f"kudos/{Kudos.objects.get(feedback=gone).pk}/withdraw", status=409)[
            "code"
        ]
        == "withdrawn"
    )


class TestCounts:
    def test_are_by_group_name_and_month_in_ones_own_zone(self, cast: Cast) -> None:
        User.objects.filter(pk=cast.agent.pk).update(time_zone="Asia/Seoul")
        member(cast.group, "Zoe Adams")
        member(cast.group, "Ada Zorn")
        source = source_of(cast.group)
        in_seoul_november = datetime(2026, 10, 31, 15, tzinfo=UTC)
        for words, at in (
            ("Zoe", in_seoul_november),
            ("Zoe", NOW),
            ("Ada", in_seoul_november - timedelta(seconds=1)),
            ("all", NOW),
            ("Ada", datetime(2026, 9, 1, tzinfo=UTC)),
        ):
            praise(source, words, at=at)
        find()
        cast.agent.refresh_from_db()
        told = get(cast.agent, "kudos/counts?first=2026-10-05&last=2026-11-05")
        assert [told[name] for name in ("first", "last", "time_zone")] == [
            "2026-10-01",
            "2026-11-01",
            "Asia/Seoul",
        ]
        lines = [
            (line["person"] and line["person"]["name"], line["month"], line["number"])
            for line in told["lines"]
        ]
        assert lines == [
            ("Ada Zorn", "2026-10-01", 1),
            ("Zoe Adams", "2026-11-01", 2),
            (None, "2026-11-01", 1),
        ]

    def test_are_of_groups_that_one_sees(self, cast: Cast) -> None:
        praise(source_of(cast.group, cast.other_group), "Thanks")
        find()
        where = "kudos/counts?first=2026-11-01&last=2026-11-30"
        groups = lambda who, more="": [  # noqa: E731
            line["group"]["slug"] for line in get(who, where + more)["lines"]
        ]
        assert groups(cast.agent) == ["care"]
        assert groups(cast.auditor) == ["billing", "care"]
        assert groups(cast.auditor, "&group=care") == ["care"]
        assert groups(cast.agent, "&group=billing") == []

    @pytest.mark.parametrize(
        ("query", "pointer"),
        [
            ("first=2026-12-01&last=2026-11-01", "/first"),
            ("first=2020-01-01&last=2026-01-01", "/first"),
            ("last=9999-12-31", "/last"),
            ("first=0001-01-01&last=0001-01-01", "/last"),
            ("first=soon", "/first"),
            ("month=11", "/month"),
        ],
    )
    def test_want_months_that_can_be_counted(self, cast: Cast, query: str, pointer: str) -> None:
        told = get(cast.agent, f"kudos/counts?{query}", status=422)
        assert [fault["pointer"] for fault in told["errors"]] == [pointer]

    def test_without_a_question_are_of_this_month_and_the_last(self, cast: Cast) -> None:
        told = get(cast.agent, "kudos/counts")
        first, last = (datetime.fromisoformat(told[name]) for name in ("first", "last"))
        assert timedelta(days=28) <= last - first <= timedelta(days=31)


class TestByHand:
    def test_feedback_is_passed_on(self, cast: Cast) -> None:
        said = praise(source_of(cast.group), "The tall one", nps=None)
        body = {"feedback": str(said.pk), "person": cast.lead.pk}
        told = post(cast.agent, "kudos", body, status=201)
        assert [told["why"], told["by"], told["words"]] == [
            "hand",
            cast.agent.brief(),
            "The tall one",
        ]
        assert post(cast.manager, "kudos", body, status=201)["id"] == told["id"]
        (mine,) = get(cast.lead, "kudos?person=me")["results"]
        assert (mine["id"], mine["unread"]) == (told["id"], True), "whenever it was said"

    def test_an_answer_is_passed_on_by_its_ticket_and_cycle(self, cast: Cast) -> None:
        answered = happy_answer(cast)
        ref = answered.question.ticket.ref
        body = {"ticket": ref, "person": cast.lead.pk}
        told = post(cast.agent, "kudos", body, status=201)
        assert (told["ticket"], told["cycle"]) == (ref, 1)
        assert post(cast.agent, "kudos", {**body, "cycle": 1}, status=201)["id"] == told["id"]
        refused = post(cast.agent, "kudos", {**body, "cycle": 2}, status=409)
        assert refused["code"] == "not_answered"

    def test_a_body_that_says_too_much_or_too_little(self, cast: Cast) -> None:
        said = praise(source_of(cast.group), "Thanks")
        strange = praise(source_of(cast.other_group), "Thanks")
        given = {"feedback": str(said.pk), "person": cast.lead.pk}
        wrong = {
            "/feedback": [
                {"person": cast.lead.pk},
                {**given, "ticket": "T-1"},
                {**given, "feedback": str(strange.pk)},
                {**given, "feedback": "x"},
            ],
            "/ticket": [{"person": cast.lead.pk, "ticket": "T-999"}],
            "/cycle": [{**given, "cycle": 1}],
            "/person": [
                {"feedback": str(said.pk)},
                {**given, "person": 10**12},
                {**given, "person": cast.outsider.pk},
                {**given, "person": cast.agent.pk},
                {**given, "person": "me"},
            ],
        }
        for pointer, bodies in wrong.items():
            for body in bodies:
                told = post(cast.agent, "kudos", body, status=422)
                assert [fault["pointer"] for fault in told["errors"]] == [pointer], body

    def test_readers_may_not_write(self, cast: Cast) -> None:
        said = praise(source_of(cast.group), "Thanks")
        find()
        body = {"feedback": str(said.pk), "person": cast.lead.pk}
        where = f"kudos/{Kudos.objects.get().pk}/withdraw"
        for reader in (cast.viewer, cast.auditor):
            post(reader, "kudos", body, status=403)
            post(reader, where, status=403)
        post(cast.outsider, "kudos", body, status=422)
        post(cast.outsider, where, status=404)
        assert praised() == [("Care", "group")]

    def test_who_works_elsewhere_and_sees_it_may_not_write_either(self, cast: Cast) -> None:
        said = praise(source_of(cast.group), "Thanks")
        find()
        make_member(cast.group, "viewer", cast.outsider)
        body = {"feedback": str(said.pk), "person": cast.lead.pk}
        post(cast.outsider, "kudos", body, status=403)
        post(cast.outsider, f"kudos/{Kudos.objects.get().pk}/withdraw", status=403)
        assert praised() == [("Care", "group")]

    def test_what_is_news_is_read(self, cast: Cast) -> None:
        now = moment()
        eva = member(cast.group, "Eva Müller")
        praise(source_of(cast.group), "Thanks Eva", at=now)
        find(now)
        assert [row["unread"] for row in get(eva)["results"]] == [True]
        assert [row["unread"] for row in get(cast.agent)["results"]] == [False]
        assert post(eva, "kudos/seen", status=200) == {"seen": 1}
        assert [row["unread"] for row in get(eva)["results"]] == [False]

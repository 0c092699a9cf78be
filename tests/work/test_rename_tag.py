"""A tag is called otherwise on every ticket …"""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from accounts.models import Change
from cxloop.kernel.errors import Conflict, Forbidden, Refused
from cxloop.kernel.moment import moment
from desk.beside import beside, note_seen
from tests.cast import Cast, api
from tests.makers import make_ticket
from tickets.rules.actions import write_rule
from tickets.work.actions import tags as acts
from tickets.work.actions.macros import write_macro
from tickets.work.actions.tags import hold_tag_change, undo_tag_change
from tickets.work.models import TagChange, Ticket
from tickets.work.sweeps import forget_held, rename_tags
from tickets.work.tags import foresee_tag_change, groups_to_tag, say_tag_change, tags_in_use

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def tickets(cast: Cast) -> list[Ticket]:
    given = (["late"], ["late", "delayed"], ["parcel"], ["x", "late", "y"])
    return [make_ticket(cast.group, tags=tags) for tags in given]


def rename(cast: Cast, was: str = "late", becomes: str = "delayed") -> TagChange:
    return say_tag_change(cast.lead, was, becomes)


def let_it_run(change: TagChange) -> None:
    TagChange.objects.filter(pk=change.pk).update(starts_at=moment() - SECOND)
    while rename_tags():
        pass
    change.refresh_from_db()


def tags_of(tickets: list[Ticket]) -> list[list[str]]:
    numbers = [ticket.pk for ticket in tickets]
    return list(Ticket.objects.filter(pk__in=numbers).order_by("pk").values_list("tags", flat=True))


def test_on_each_it_stands_where_the_old_one_stood(cast: Cast, tickets: list[Ticket]) -> None:
    change = rename(cast)
    let_it_run(change)
    assert tags_of(tickets) == [["delayed"], ["delayed"], ["parcel"], ["x", "delayed", "y"]]
    assert (change.changed, bool(change.ended_at)) == (3, True)
    reasons = [t.timeline.filter(kind="retagged").values_list("reason", flat=True) for t in tickets]
    assert [list(one) for one in reasons] == [
        [{"removed": ["late"], "added": ["delayed"]}],
        [{"removed": ["late"], "added": []}],
        [],
        [{"removed": ["late"], "added": ["delayed"]}],
    ]


def test_nothing_happens_before_the_moment_is_over(cast: Cast, tickets: list[Ticket]) -> None:
    now = moment()
    change = hold_tag_change("late", "delayed", groups=None, by=cast.admin, now=now)
    assert change.starts_at == now + settings.UNDO
    assert rename_tags() == 0
    for _ in range(2):
        undo_tag_change(change, now=now + SECOND)
    assert not TagChange.objects.to_do(now + timedelta(hours=1)).exists()
    assert rename(cast)


def test_once_begun_it_is_not_undone(cast: Cast, tickets: list[Ticket]) -> None:
    change = rename(cast)
    let_it_run(change)
    with pytest.raises(Conflict) as refusal:
        undo_tag_change(change, now=moment())
    assert refusal.value.code == "begun"


def test_it_goes_on_where_it_stopped(
    cast: Cast, tickets: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "AT_ONCE", 1)
    change = rename(cast)
    TagChange.objects.update(starts_at=moment() - SECOND)
    with transaction.atomic():
        acts.change_on(list(TagChange.objects.to_do(moment())), moment())
    change.refresh_from_db()
    assert (change.changed, change.walked_to, change.ended_at) == (1, tickets[0].pk, None)
    let_it_run(change)
    assert change.changed == 3
    assert Change.objects.filter(about="tag").count() == 1


def test_it_is_noted_who_did_it(cast: Cast, tickets: list[Ticket]) -> None:
    let_it_run(rename(cast))
    noted = Change.objects.get(about="tag")
    assert (noted.key, noted.act, noted.by) == ("late", "renamed", cast.lead)
    assert noted.facts == {"was": "late", "becomes": "delayed", "groups": [cast.group.pk]}


def test_a_lead_changes_only_what_they_lead(cast: Cast, tickets: list[Ticket]) -> None:
    theirs = make_ticket(cast.other_group, tags=["late"])
    assert foresee_tag_change(cast.lead, "late", "delayed").tickets == 3
    assert foresee_tag_change(cast.admin, "late", "delayed").tickets == 4
    let_it_run(rename(cast))
    assert tags_of([theirs]) == [["late"]]


def test_who_leads_nothing_may_not(cast: Cast, tickets: list[Ticket]) -> None:
    for person in (cast.agent, cast.viewer, cast.outsider, cast.auditor):
        with pytest.raises(Forbidden):
            groups_to_tag(person)


def test_it_tells_what_would_change_and_what_goes_on_setting_it(
    cast: Cast, tickets: list[Ticket]
) -> None:
    then = {"ticket": True, "group": "care", "policy": "standard", "tags": ["late"]}
    rule = {"name": "Late parcels", "when": {"always": True}, "then": then}
    write_rule(rule, known_policies={"standard"}, by=None, now=moment())
    macro = {"name": "Say so", "group": cast.group, "add_tags": ["late"]}
    write_macro(macro, by=cast.lead, now=moment())
    told = foresee_tag_change(cast.lead, "late", "delayed")
    assert (told.tickets, told.both) == (3, 1)
    assert [rule["name"] for rule in told.rules] == ["Late parcels"]
    assert [macro["name"] for macro in told.macros] == ["Say so"]


@pytest.mark.parametrize(
    ("was", "becomes", "code"),
    [
        ("", "delayed", "bad_tag"),
        ("late", " ", "bad_tag"),
        ("late", "x" * 65, "bad_tag"),
        ("late", "a\x00b", "bad_tag"),
        ("late", "late", "same_tag"),
    ],
)
def test_what_is_no_tag_is_refused(cast: Cast, was: str, becomes: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        rename(cast, was, becomes)
    assert refusal.value.faults[0].code == code


def test_one_tag_is_changed_once_at_a_time(cast: Cast, tickets: list[Ticket]) -> None:
    rename(cast)
    with pytest.raises(Conflict) as refusal:
        rename(cast, becomes="tardy")
    assert refusal.value.code == "tag_busy"


def test_nobody_has_news_to_read_of_it(cast: Cast, tickets: list[Ticket]) -> None:
    ticket = tickets[0]
    newest = ticket.timeline.latest("pk").pk
    note_seen(ticket, cast.agent, up_to=newest, now=moment())
    let_it_run(rename(cast))
    assert not beside([ticket], cast.agent)[ticket.pk].unread


def test_tags_are_counted_group_by_group_the_newest_first(
    cast: Cast, tickets: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_ticket(cast.other_group, tags=["late", "theirs"])
    counted = {one.tag: one.count for one in tags_in_use([cast.group.pk])}
    assert counted == {"late": 3, "delayed": 1, "parcel": 1, "x": 1, "y": 1}
    both = tags_in_use([cast.group.pk, cast.other_group.pk])
    assert (both[0].tag, both[0].count) == ("late", 4)
    monkeypatch.setattr("tickets.work.tags.LOOKED_AT", 1)
    monkeypatch.setattr("tickets.work.tags.AT_LEAST", 1)
    assert [one.tag for one in tags_in_use([cast.group.pk])] == ["late", "x", "y"]


def test_listing_reads_an_index_from_the_front(cast: Cast, tickets: list[Ticket]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT tags FROM work_ticket WHERE group_id = %s AND NOT"
            " tags = '{}'::varchar(64)[] ORDER BY promise_id DESC LIMIT 10",
            [cast.group.pk],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "ticket_tagged" in plan
    assert "Sort" not in plan


def test_impossible_changes_are_refused(cast: Cast, tickets: list[Ticket]) -> None:
    change = rename(cast)
    for facts in (
        {"becomes": "late"},
        {"was": ""},
        {"undone_at": change.starts_at},
        {"undone_at": moment(), "changed": 1},
        {"undone_at": moment(), "ended_at": moment()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            TagChange.objects.filter(pk=change.pk).update(**facts)


def test_what_is_over_is_forgotten_after_a_month(cast: Cast, tickets: list[Ticket]) -> None:
    let_it_run(rename(cast))
    assert forget_held() == 0
    TagChange.objects.update(created_at=moment() - timedelta(days=31))
    assert forget_held() == 1


def test_over_the_api(cast: Cast, tickets: list[Ticket]) -> None:
    lead = api(cast.lead)
    assert lead.get("/api/v1/tags").json()["results"][0] == {"tag": "late", "count": 3}
    said = {"was": "late", "becomes": "delayed"}
    assert lead.get("/api/v1/tag-changes/preview", said).json()["tickets"] == 3
    made = lead.post("/api/v1/tag-changes", said)
    assert (made.status_code, made.json()["groups"]) == (201, [cast.group.pk])
    change = f"/api/v1/tag-changes/{made.json()['id']}"
    assert lead.post(f"{change}/undo").json()["undone_at"]
    assert lead.get(change).json()["changed"] == 0
    assert lead.post("/api/v1/tag-changes", {**said, "becomes": "late"}).status_code == 422

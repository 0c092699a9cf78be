"""The page of a policy: its times as a table, what stops them, its versions."""

from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, sent, text_of
from tests.makers import NOW, make_policy
from tickets.sla.models import Policy, PolicyVersion
from tickets.sla.policies import newest_policy, revise_policy, write_calendar

pytestmark = pytest.mark.django_db

WHERE = "/admin/policies/gold"
GOLD = {"name": "Gold", "follow_up_s": "48 h", "variants-count": 0}
PRESSING = {
    "variants-0-priority": ["high", "urgent"],
    "variants-0-segment": "Gold, VIP",
    "variants-0-follow_up_s": "4 h",
}


@pytest.fixture
def admin(cast: Cast) -> Client:
    make_policy("gold", acknowledge_s=None, resolve_s=None, pauses={}, reminders=[])
    return browse(cast.admin)


def newest() -> PolicyVersion:
    return newest_policy(Policy.objects.get(slug="gold"))


def test_other_times_for_some_customers_are_a_row(admin: Client) -> None:
    sent(admin.post(WHERE, {**GOLD, **PRESSING, "variants-count": 2}), WHERE)
    assert newest().variants == [
        {"priority": ["high", "urgent"], "segment": ["gold", "vip"], "follow_up_s": 14_400}
    ]
    page = admin.get(WHERE)
    rows = page.context["form"].rows["variants"]
    assert [row["follow_up_s"].value() for row in rows] == ["4 h"]
    assert "gold, vip" in page.content.decode()


def test_what_is_wrong_is_said_in_its_row(admin: Client) -> None:
    for wrong, said in (
        ({"variants-0-follow_up_s": "soon"}, "Write it as 48 h"),
        ({"variants-0-follow_up_s": "900 d"}, "too small or too large"),
        ({"variants-0-priority": [], "variants-0-segment": ""}, "This is wanted here."),
        ({"variants-0-follow_up_s": ""}, "This is wanted here."),
    ):
        refused = admin.post(WHERE, {**GOLD, **PRESSING, "variants-count": 1, **wrong})
        assert refused.status_code == 422, wrong
        assert said in text_of(refused)
    assert newest().version == 1


def test_rows_are_added_with_what_was_typed(admin: Client) -> None:
    said: dict[str, Any] = {**GOLD, **PRESSING, "variants-count": 1, "follow_up_s": "oh"}
    page = admin.post(WHERE, {**said, "rearrange": "variants-add"})
    assert page.status_code == 200
    assert len(page.context["form"].rows["variants"]) == 2
    assert 'value="oh"' in page.content.decode()
    assert newest().version == 1


def test_statuses_that_stop_a_clock_are_ticked(admin: Client) -> None:
    said = {**GOLD, "pause_resolve": ["waiting", "resolved"], "pause_close_loop": "open"}
    sent(admin.post(WHERE, said), WHERE)
    assert newest().pauses == {"resolve": ["waiting", "resolved"], "close_loop": ["open"]}
    assert admin.post(WHERE, {**GOLD, "pause_resolve": "new"}).status_code == 422


def test_what_a_person_owes_cannot_be_stopped_and_it_says_why(admin: Client) -> None:
    page = admin.get(WHERE)
    assert "Acknowledge, Follow up, Next reply, Approval: never." in text_of(page)
    assert "pause_follow_up" not in page.content.decode()


def test_sent_back_as_it_was_drawn_it_is_no_new_version(admin: Client) -> None:
    admin.post(WHERE, {**GOLD, **PRESSING, "variants-count": 1, "pause_resolve": "waiting"})
    form = admin.get(WHERE).context["form"]
    drawn = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    row = form.rows["variants"].forms[0]
    drawn |= {row.add_prefix(n): row[n].value() for n in row.fields if row[n].value() is not None}
    sent(admin.post(WHERE, {**drawn, "variants-count": 1}), WHERE)
    assert newest().version == 2


def test_a_preview_says_when_it_would_be_due(admin: Client) -> None:
    page = admin.post(WHERE, {**GOLD, "resolve_s": "5 d", "foresee": "1"})
    assert "Promised now, for a ticket of normal priority, it would be due:" in text_of(page)
    assert [kind for kind, _ in page.context["due_now"]] == ["follow_up", "resolve"]
    assert newest().version == 1


class TestVersions:
    def test_each_says_who_changed_what(self, admin: Client) -> None:
        write_calendar(
            slug="office",
            name="Office",
            zone="UTC",
            weekly={"mon": ["09:00-17:00"]},
            by=None,
            now=NOW,
        )
        said = {**GOLD, **PRESSING, "variants-count": 1, "follow_up_s": "24 h"}
        said |= {"calendar": "office", "pause_resolve": "waiting", "reminders": "3 d"}
        sent(admin.post(WHERE, said), WHERE)
        page = text_of(admin.get(WHERE))
        for words in (
            "Admin in force",
            "Follow up: 48 hours → 24 hours",
            "Counted by: round the clock → Office, version 1",
            "Added: for High, Urgent, gold, vip: Follow up 4 hours",
            "Resolve stands still while: never → Waiting",
            "Reminders: none → 72 hours",
            "As it was first written.",
        ):
            assert words in page, words

    def test_one_is_taken_up_again(self, admin: Client) -> None:
        sent(admin.post(WHERE, {**GOLD, "follow_up_s": "4 h"}), WHERE)
        assert "Take version 1 up again" in text_of(admin.get(WHERE))
        sent(admin.post(f"{WHERE}/take-up", {"version": 1}), WHERE)
        assert (newest().version, newest().follow_up_s) == (3, 172_800)
        sent(admin.post(f"{WHERE}/take-up", {}), WHERE)
        assert admin.post(f"{WHERE}/take-up", {"version": 9}).status_code == 404

    def test_of_a_policy_that_is_archived_none_is(self, admin: Client) -> None:
        sent(admin.post(f"{WHERE}/archive"), "/admin/policies")
        sent(admin.post(f"{WHERE}/take-up", {"version": 1}), WHERE)
        assert "It is archived and cannot be changed." in text_of(admin.get(WHERE))

    def test_many_cost_as_much_as_two(self, admin: Client) -> None:
        policy = Policy.objects.get()
        for hours in (1, 2):
            revise_policy(policy, {"resolve_s": hours * 3600}, by=None, now=NOW)
        cost = cost_of(admin, WHERE)
        for hours in range(3, 8):
            revise_policy(policy, {"resolve_s": hours * 3600}, by=None, now=NOW)
        assert cost_of(admin, WHERE) == cost


def test_an_auditor_reads_what_it_promises(cast: Cast, admin: Client) -> None:
    page = text_of(browse(cast.auditor).get(WHERE))
    assert "Follow up: 48 hours" in page
    assert "Resolve: not promised" in page
    assert "Keep the policy" not in page

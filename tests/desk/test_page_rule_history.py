"""The page of one rule: rehearsed, its versions, its order, and what it decided."""

import pytest
from django.test import Client

from cxloop.kernel.moment import moment
from desk import rehearsing
from desk.paging import A_PAGE
from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, sent, text_of
from tests.desk.ruling import NO_TICKET, UNHAPPY, WITH_WORDS, as_sent, fields, newest, written
from tests.makers import NOW, make_feedback, make_policy
from tickets.rules.actions import archive_rule, revise_rule
from tickets.rules.models import Rule, RuleVersion
from tickets.work.models import Triage

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(cast: Cast) -> Client:
    make_policy("standard")
    return browse(cast.admin)


def test_a_long_rehearsal_goes_on_where_it_was(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsing, "AT_ONCE", 2)
    other = written(WITH_WORDS)
    for nps in (1, 9, 2, 3):
        make_feedback(nps=nps, received_at=moment(), judged=True)
    said, state, seen = fields(), "", []
    for _ in range(3):
        page = admin.post("/admin/rules/new", said | {"rehearse": state})
        state = page.context["rehearsed"].state
        tally = page.context["rehearsed"].tally
        seen.append((tally.feedback, tally.matched, tally.done))
    assert seen == [(2, 2, False), (4, 3, False), (4, 3, True)]
    assert other.version == 1
    anew = admin.post("/admin/rules/new", fields(**{"w.0.op": "ne", "rehearse": state}))
    assert anew.context["rehearsed"].tally.feedback == 2


def test_a_rehearsal_names_whom_it_takes_from(admin: Client) -> None:
    before = written(UNHAPPY, order=20)
    make_feedback(nps=1, received_at=moment(), judged=True)
    early = written({"always": True}, name="Early", order=10)
    said = as_sent(admin.get(f"/admin/rules/{early.rule_id}")) | {"rehearse": ""}
    shown = admin.post(f"/admin/rules/{early.rule_id}", said)
    assert "It would take 1 of 1 feedback" in text_of(shown)
    said = fields(**{"rehearse": ""})
    Rule.objects.filter(pk=early.rule_id).update(archived_at=NOW)
    archive_rule(early.rule, by=None, now=NOW)
    assert "It would take 0 of 1 feedback" in text_of(admin.post("/admin/rules/new", said))
    assert before.version == 1


def test_its_versions_say_what_they_changed(admin: Client, cast: Cast) -> None:
    rule = written()
    again = {"known_policies": {"standard"}, "by": cast.admin, "now": NOW}
    revise_rule(rule.rule, {"then": {"ticket": True, "group": "care"}, "name": "Angry"}, **again)
    revise_rule(rule.rule, {"when": WITH_WORDS}, **again)
    revise_rule(
        rule.rule, {"then": {"ticket": True, "group": "care", "priority": "urgent"}}, **again
    )
    shown = text_of(admin.get(f"/admin/rules/{rule.rule_id}"))
    for words in (
        "The rule was written.",
        "Name: “Unhappy” became “Angry”.",
        "Result: no ticket (Praise) → open a ticket in Care",
        "Condition: worst of all scores is Unhappy → comment is there",
        "Priority: Normal → Urgent",
    ):
        assert words in shown


def test_an_earlier_version_is_taken_up_again(admin: Client) -> None:
    rule = written()
    where = f"/admin/rules/{rule.rule_id}"
    sent(admin.post(where, fields()), where)
    sent(admin.post(f"{where}/versions/1/take-up"), where)
    assert (newest().version, newest().then) == (3, NO_TICKET)
    assert admin.post(f"{where}/versions/7/take-up").status_code == 404


def test_its_order_is_drawn(admin: Client) -> None:
    first, second, third = (written(name=name) for name in ("First", "Second", "Third"))
    ids = [third.rule_id, first.rule_id, second.rule_id]
    sent(admin.post("/admin/rules/order", {"rules": ",".join(map(str, ids))}), "/admin/rules")
    assert [row.rule_id for row in RuleVersion.objects.current()] == ids
    for stale in ("", f"{first.rule_id}", "x,1", f"{first.rule_id},{first.rule_id},9"):
        sent(admin.post("/admin/rules/order", {"rules": stale}), "/admin/rules")
    assert "changed meanwhile" in text_of(admin.get("/admin/rules"))
    assert [row.rule_id for row in RuleVersion.objects.current()] == ids


def judged(rule: RuleVersion, comment: str) -> Triage:
    heard = make_feedback(nps=1, comment=comment, judged=True)
    return Triage.objects.create(
        feedback=heard,
        decision="none",
        rule=rule,
        reason="x",
        matched={"worst.class": "negative"},
        at=heard.received_at,
    )


def test_what_it_decided_is_listed_with_the_values(admin: Client) -> None:
    rule = written()
    where = f"/admin/rules/{rule.rule_id}"
    assert "decided nothing yet" in text_of(admin.get(f"{where}/runs"))
    judged(rule, "Parcel never arrived")
    sent(admin.post(where, fields()), where)
    shown = text_of(admin.get(f"{where}/runs"))
    assert "Parcel never arrived" in shown
    assert "worst.class = negative" in shown
    assert "Parcel never" not in text_of(admin.get(f"{where}/runs?version=2"))
    assert admin.get(f"{where}/runs?version=9").status_code == 404


def test_what_it_decided_costs_the_same_for_many(admin: Client) -> None:
    rule = written()
    where = f"/admin/rules/{rule.rule_id}/runs"
    judged(rule, "One")
    before = cost_of(admin, where)
    for _ in range(60):
        judged(rule, "More")
    assert cost_of(admin, where) == before
    page = admin.get(where).context["page"]
    assert len(page.rows) == A_PAGE
    following = admin.get(where + page.next).context["page"]
    assert len(following.rows) == min(A_PAGE, 61 - A_PAGE)


def test_an_archived_rule_is_read_and_brought_back(admin: Client) -> None:
    rule = written()
    where = f"/admin/rules/{rule.rule_id}"
    sent(admin.post(f"{where}/archive"), "/admin/rules")
    assert 'id="rule"' not in admin.get(where).content.decode()
    sent(admin.post(f"{where}/versions/1/take-up"), where)
    assert 'id="rule"' in admin.get(where).content.decode()

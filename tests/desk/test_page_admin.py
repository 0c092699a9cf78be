import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import AccessGroup, Invitation, User
from cxloop.kernel.moment import moment
from feedback.intake.models import Source
from tests.cast import Cast
from tests.desk.browsing import browse, sent, text_of
from tests.makers import NOW, make_feedback, make_policy, make_root_cause, make_source, make_ticket
from tickets.escalation.models import Ladder
from tickets.recovery.models import (
    Budget,
    CauseDefault,
    FailureType,
    GestureLimit,
    PlaybookVersion,
)
from tickets.rules.models import RuleVersion
from tickets.sla.models import CalendarVersion, PolicyVersion
from tickets.sla.policies import revise_policy
from tickets.work.models import RootCause

pytestmark = pytest.mark.django_db

UNHAPPY = {"fact": "worst.class", "op": "eq", "value": "negative"}
TO_CARE = {"ticket": True, "group": "care", "policy": "standard"}


@pytest.fixture
def admin(cast: Cast) -> Client:
    make_policy("standard")
    return browse(cast.admin)


def rule(**said: Any) -> dict[str, str]:
    given = {"when": UNHAPPY, "then": TO_CARE} | said
    return {"name": "Unhappy", **{name: json.dumps(value) for name, value in given.items()}}


def newest(name: str = "Unhappy") -> RuleVersion:
    return RuleVersion.objects.newest().get(name=name)


def test_a_rule_is_written_and_revised(admin: Client) -> None:
    sent(admin.post("/admin/rules/new", rule()), "/admin/rules")
    pk = newest().rule_id
    urgent = rule(then={**TO_CARE, "priority": "urgent"})
    sent(admin.post(f"/admin/rules/{pk}", urgent), f"/admin/rules/{pk}")
    assert (newest().version, newest().then["priority"]) == (2, "urgent")
    sent(admin.post(f"/admin/rules/{pk}/archive"), "/admin/rules")
    assert newest().archived


def test_what_is_wrong_with_a_rule_is_said_beside_it(admin: Client) -> None:
    wrong = rule(when={"all": [{**UNHAPPY, "op": "like"}]}, then={**TO_CARE, "group": "nowhere"})
    refused = admin.post("/admin/rules/new", wrong)
    assert refused.status_code == 422
    errors = refused.context["form"].errors
    assert errors["when"][0].startswith("/all/0/op:")
    assert errors["then"][0].startswith("/group:")
    assert "nowhere" in refused.content.decode()
    unreadable = admin.post("/admin/rules/new", {**rule(), "when": '{"all": [}'})
    assert unreadable.status_code == 422
    assert unreadable.context["form"].errors.keys() == {"when"}


def test_rules_move_up_and_down(admin: Client) -> None:
    for name in ("First", "Second"):
        sent(admin.post("/admin/rules/new", {**rule(), "name": name}), "/admin/rules")
    second = newest("Second").rule_id
    for _ in range(2):
        sent(admin.post(f"/admin/rules/{second}/move", {"way": "up"}), "/admin/rules")
    assert [row.name for row in RuleVersion.objects.current()] == ["Second", "First"]


def test_a_rehearsal_shows_counts_and_writes_nothing(admin: Client) -> None:
    feedback = make_feedback(nps=1, received_at=moment())
    make_feedback(nps=9, received_at=moment())
    rehearsed = admin.post("/admin/rules/new", {**rule(), "rehearse": "1"})
    assert "It would take 1 of 2 feedback" in text_of(rehearsed)
    assert f"/feedback/{feedback.pk}" in rehearsed.content.decode()
    assert not RuleVersion.objects.exists()
    assert admin.post("/admin/rules/new", {"rehearse": "1"}).status_code == 422


def test_a_policy_is_written_in_hours_and_revised(admin: Client) -> None:
    said = {"slug": "gold", "name": "Gold", "follow_up_s": "1 d 30 min", "resolve_s": "5d"}
    sent(admin.post("/admin/policies/new", said), "/admin/policies/gold")
    gold = PolicyVersion.objects.get(policy__slug="gold")
    assert (gold.acknowledge_s, gold.follow_up_s, gold.resolve_s) == (None, 88_200, 432_000)
    assert "24 h 30 min" in admin.get("/admin/policies/gold").content.decode()
    sent(admin.post("/admin/policies/gold", {**said, "follow_up_s": "4 h"}), "/admin/policies/gold")
    assert PolicyVersion.objects.filter(policy__slug="gold").count() == 2
    for wrong in ("soon", "4 hours or so", "", "0 h"):
        refused = admin.post("/admin/policies/gold", {**said, "follow_up_s": wrong})
        assert refused.status_code == 422, wrong
    sent(admin.post("/admin/policies/gold/archive"), "/admin/policies")


def test_reminders_are_written_as_times_too(admin: Client) -> None:
    said = {"slug": "gold", "name": "Gold", "follow_up_s": "48 h", "reminders": "36 h, 3 d"}
    sent(admin.post("/admin/policies/new", said), "/admin/policies/gold")
    assert PolicyVersion.objects.get(policy__slug="gold").reminders == [36 * 3600, 72 * 3600]
    page = admin.get("/admin/policies/gold").content.decode()
    assert 'value="36 h, 72 h"' in page
    refused = admin.post("/admin/policies/gold", {**said, "reminders": "36 h, soon"})
    assert "Write it as 48 h" in text_of(refused)
    assert 'value="36 h, soon"' in refused.content.decode()
    backwards = admin.post("/admin/policies/gold", {**said, "reminders": "3 d, 36 h"})
    assert "each later than the last" in text_of(backwards)
    sent(admin.post("/admin/policies/gold", {**said, "reminders": ""}), "/admin/policies/gold")
    assert PolicyVersion.objects.filter(policy__slug="gold").latest("version").reminders == []


def test_a_calendar_is_written_and_its_policy_follows(admin: Client) -> None:
    week = {"mon": ["09:00-12:00"]}
    said = {"slug": "office", "name": "Office", "zone": "Asia/Seoul", "weekly": json.dumps(week)}
    sent(admin.post("/admin/calendars/new", said), "/admin/calendars")
    gold = {"name": "Standard", "follow_up_s": "8 h", "calendar": "office"}
    sent(admin.post("/admin/policies/standard", gold), "/admin/policies/standard")
    holiday = {**said, "exceptions": '{"2026-12-25": []}'}
    sent(admin.post("/admin/calendars/office", holiday), "/admin/calendars/office")
    assert CalendarVersion.objects.count() == 2
    assert (
        admin.post("/admin/calendars/office", {**said, "weekly": '{"xyz": []}'}).status_code == 422
    )
    in_use = admin.post("/admin/calendars/office/archive")
    assert in_use.status_code == 409


def test_a_ladder_is_written_for_a_group(admin: Client, cast: Cast) -> None:
    rung = {"clock": "follow_up", "when": {"percent": 50}, "tell": ["owner"]}
    said = {"slug": "care", "name": "Care", "group": "care", "rungs": json.dumps([rung])}
    sent(admin.post("/admin/ladders/new", said), "/admin/ladders")
    assert "at 50 % of the time" in text_of(admin.get("/admin/ladders/care"))
    tell = [{"address": "boss@shop.example"}, {"user": cast.lead.pk}, "watchers"]
    then = {"set_priority": "high", "reassign_to": "lead", "add_watcher": {"user": cast.viewer.pk}}
    only_if = {"cycle": 2, "priority": "high", "value": "1000.00", "segments": ["gold", "vip"]}
    more = {"tell": tell, "then": then, "urgent": True, "only_if": only_if}
    revised = {**said, "rungs": json.dumps([rung | more]), "pause_s": "2 h"}
    sent(admin.post("/admin/ladders/care", revised), "/admin/ladders/care")
    shown = text_of(admin.get("/admin/ladders/care"))
    for words in (
        "urgent",
        "only for priority High or higher, from cycle 2 on, customer worth 1000.00 or more, "
        "customer of gold, vip",
        "boss@shop.example, Lead, Watchers",
        "priority High, given to: Lead, watched by: Viewer",
    ):
        assert words in shown
    assert Ladder.objects.get().pause_s == 7200
    refused = admin.post("/admin/ladders/care", {**revised, "pause_s": "25 h"})
    assert refused.context["form"].errors.keys() == {"pause_s"}
    wrong = {**said, "rungs": json.dumps([{**rung, "tell": ["king"]}])}
    refused = admin.post("/admin/ladders/care", wrong)
    assert refused.status_code == 422
    assert refused.context["form"].errors["rungs"][0].startswith("/0/tell/0:")
    sent(admin.post("/admin/ladders/care/archive"), "/admin/ladders")
    assert Ladder.objects.get().archived_at


def test_groups_have_members_with_roles(cast: Cast, admin: Client) -> None:
    sent(admin.post("/admin/groups", {"slug": "vip", "name": "VIP"}), "/admin/groups/vip")
    member = {"person": cast.outsider.pk, "role": "lead"}
    sent(admin.post("/admin/groups/vip/members", member), "/admin/groups/vip")
    assert "Outsider" in text_of(admin.get("/admin/groups/vip"))
    sent(admin.post(f"/admin/groups/vip/members/{cast.outsider.pk}"), "/admin/groups/vip")
    assert not cast.outsider.memberships.filter(group__slug="vip").exists()
    sent(admin.post("/admin/groups/vip", {"name": "Very important"}), "/admin/groups/vip")
    sent(admin.post("/admin/groups/vip/archive"), "/admin/groups/vip")
    assert AccessGroup.objects.get(slug="vip").archived_at
    assert admin.post("/admin/groups/vip/members", member).status_code == 409
    taken = admin.post("/admin/groups", {"slug": "care", "name": "Care again"})
    assert taken.status_code == 422
    assert "taken already" in text_of(taken)


def test_a_source_has_secret_keys_that_are_shown_once(admin: Client) -> None:
    said = {"slug": "app", "name": "App", "channel": "app", "time_zone": "UTC", "owners": ["care"]}
    said |= {"allowed_origins": "https://a.example\nhttps://b.example\n"}
    sent(admin.post("/admin/sources/new", said), "/admin/sources/app")
    source = Source.objects.get(slug="app")
    assert source.allowed_origins == ["https://a.example", "https://b.example"]
    assert [group.slug for group in source.owners.all()] == ["care"]
    made = admin.post("/admin/sources/app/keys", {"kind": "sk", "label": "phone"})
    assert made["Cache-Control"] == "no-store"
    clear = made.context["clear"]
    assert f"Bearer {clear}" in text_of(made)
    assert clear not in text_of(admin.get("/admin/sources/app"))
    key = source.keys.get()
    sent(admin.post(f"/admin/sources/app/keys/{key.pk}"), "/admin/sources/app")
    wrong = admin.post("/admin/sources/app", {**said, "allowed_origins": "shop.example"})
    assert wrong.status_code == 422
    assert wrong.context["form"].errors.keys() == {"allowed_origins"}
    sent(admin.post("/admin/sources/app/archive"), "/admin/sources/app")


def test_people_are_invited_changed_and_switched_off(cast: Cast, admin: Client) -> None:
    said = {"emails": "new@house.example", "group": "care", "group_role": "agent"}
    sent(admin.post("/admin/people", said), "/admin/people")
    invitation = Invitation.objects.get()
    assert admin.post("/admin/people", {**said, "group_role": ""}).status_code == 422
    sent(admin.post(f"/admin/invitations/{invitation.pk}/withdraw"), "/admin/people")
    where = f"/admin/people/{cast.agent.pk}"
    changed = {"name": "Ada", "email": "ada@house.example", "open_ticket_cap": "5"}
    sent(admin.post(where, changed), where)
    sent(admin.post(f"{where}/switch"), where)
    ada = User.objects.get(pk=cast.agent.pk)
    assert (ada.name, ada.open_ticket_cap, ada.is_active) == ("Ada", 5, False)
    sent(admin.post(f"{where}/switch"), where)
    last = admin.post(f"/admin/people/{cast.admin.pk}/switch")
    assert last.status_code == 409
    assert "Somebody has to stay an admin." in text_of(last)


def test_root_causes_and_limits_are_kept(cast: Cast, admin: Client) -> None:
    sent(admin.post("/admin/root-causes", {"slug": "ice", "name": "Ice"}), "/admin/root-causes")
    sent(admin.post("/admin/root-causes/ice", {"name": "Ice and snow"}), "/admin/root-causes")
    sent(admin.post("/admin/root-causes/ice/archive"), "/admin/root-causes")
    assert RootCause.objects.get().archived_at
    said = {"group": "care", "currency": "eur", "amount": "75"}
    sent(admin.post("/admin/gesture-limits", said), "/admin/gesture-limits")
    limit = GestureLimit.objects.get()
    where = f"/admin/gesture-limits/{limit.pk}"
    sent(admin.post(where, {"amount": "80.50"}), "/admin/gesture-limits")
    limit.refresh_from_db()
    assert (limit.currency, str(limit.amount)) == ("EUR", "80.50")
    assert admin.post("/admin/gesture-limits", {**said, "currency": "XXX"}).status_code == 422
    sent(admin.post(where, {"remove": "1"}), "/admin/gesture-limits")
    of_role = {**said, "role": "lead", "kind": "refund"}
    sent(admin.post("/admin/gesture-limits", of_role), "/admin/gesture-limits")
    page = text_of(admin.get("/admin/gesture-limits"))
    assert "Care Lead Refund 75 EUR" in page.replace("Customer care", "Care")


def test_budgets_are_kept(cast: Cast, admin: Client) -> None:
    said = {"group": "", "kind": "", "currency": "eur", "amount": "500"}
    sent(admin.post("/admin/budgets", said), "/admin/budgets")
    budget = Budget.objects.get()
    where = f"/admin/budgets/{budget.pk}"
    sent(admin.post(where, {"amount": "400"}), "/admin/budgets")
    assert "the house together all together 400 EUR 400" in text_of(admin.get("/admin/budgets"))
    assert admin.post("/admin/budgets", said).status_code == 422
    sent(admin.post(where, {"remove": "1"}), "/admin/budgets")
    assert not Budget.objects.exists()


def test_playbooks_are_written_step_by_step(cast: Cast, admin: Client) -> None:
    where = "/admin/playbooks"
    step = {"steps-0-kind": "call", "steps-0-text_en": "May I call?", "steps-count": "1"}
    said = {"slug": "usual", "name": "Usual", "is_on": "on", "severity_from": "3", **step}
    more = admin.post(f"{where}/new", said | {"rearrange": "steps-add"})
    assert "Step 2" in text_of(more)
    sent(admin.post(f"{where}/new", said), where)
    written = PlaybookVersion.objects.get()
    assert (written.severity_from, written.steps[0]["text_en"]) == (3, "May I call?")
    sent(admin.post(f"{where}/usual", said | {"is_on": ""}), where)
    assert "not offered" in text_of(admin.get(where))
    sent(admin.post(f"{where}/usual", said | {"again": "yes"}), where)
    assert PlaybookVersion.objects.latest("version").version == 2
    refused = admin.post(f"{where}/usual", {"name": "Usual", "steps-count": "0"})
    assert refused.status_code == 422
    assert "Something is wanted in this list." in text_of(refused)
    sent(admin.post(f"{where}/usual/archive"), where)
    sent(admin.post(f"{where}/usual/archive"), where)


def test_types_of_failure_are_a_tree(cast: Cast, admin: Client) -> None:
    where = "/admin/failures"
    sent(admin.post(where, {"slug": "delivery", "name": "Delivery", "monetary": "no"}), where)
    sent(admin.post(where, {"slug": "lost", "name": "Lost", "above": "delivery"}), where)
    lost = FailureType.objects.get(slug="lost")
    assert (lost.above.slug, lost.monetary) == ("delivery", None)  # type: ignore[union-attr]
    refused = admin.post(f"{where}/delivery", {"name": "Delivery", "above": "lost"})
    assert "It cannot stand below itself." in text_of(refused)
    assert admin.post(f"{where}/delivery/archive").status_code == 409
    sent(admin.post(f"{where}/lost/archive"), where)
    sent(admin.post(f"{where}/lost/archive"), where)
    make_root_cause("late")
    said = {"name": "Too late", "type": "lost", "controllable": "no"}
    sent(admin.post("/admin/root-causes/late", said), "/admin/root-causes")
    stands = CauseDefault.objects.get()
    assert (stands.type, stands.controllable, stands.process) == (lost, False, None)


def test_an_auditor_reads_without_forms(cast: Cast, admin: Client) -> None:
    make_source("shop")
    auditor = browse(cast.auditor)
    for address in (
        "rules",
        "policies",
        "policies/standard",
        "groups/care",
        "people",
        "sources/shop",
    ):
        page = auditor.get(f"/admin/{address}").content.decode()
        assert page.count("<form") == 3, address  # search, language, sign-out


def test_running_promises_are_moved_after_a_look(cast: Cast) -> None:
    policy = make_policy("gold")
    make_ticket(cast.group, policy=policy)
    admin, page = browse(cast.admin), "/admin/policies/gold"
    assert "run under earlier versions" not in text_of(admin.get(page))
    revise_policy(policy.policy, {"resolve_s": 300 * 3600}, by=None, now=NOW)
    shown = text_of(admin.get(page))
    assert "Go on under it" in shown
    assert "Move them" in shown
    sent(admin.post(f"{page}/move", {"version": 1}), page)
    assert "It was changed meanwhile" in text_of(admin.get(page))
    sent(admin.post(f"{page}/move", {"version": 2}), page)
    assert "Moving: 0 are moved" in text_of(admin.get(page))


def test_a_policy_may_begin_from_a_law(admin: Client) -> None:
    assert "FCA Handbook, DISP 1.6.2R" in text_of(admin.get("/admin/policies/new"))
    begun = admin.get("/admin/policies/new?law=uk-fca-disp").content.decode()
    assert 'value="1344 h"' in begun
    assert 'value="FCA Handbook, DISP 1.6.2R"' in begun
    assert admin.get("/admin/policies/new?law=none").status_code == 200

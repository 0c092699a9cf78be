import json

import pytest
from drf_spectacular.generators import SchemaGenerator
from openapi_spec_validator import validate

from tests.cast import api
from tests.makers import make_group
from tests.rules.making import make_heard
from tests.rules.saying import leaf
from tickets.rules.models import RuleVersion

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.rules.mounted")]

RULES = "/api/v1/rules"
UNHAPPY = {
    "name": "Unhappy",
    "order": 10,
    "when": leaf("score.class", "in", ["negative", "unscored"]),
    "then": {
        "ticket": True,
        "group": "delivery",
        "priority": "high",
        "policy": "standard",
        "assign": "round_robin",
        "tags": ["late"],
        "acknowledge": True,
    },
}
PRAISE = {"name": "Praise", "when": {"always": True}, "then": {"ticket": False, "reason": "kept"}}


@pytest.fixture
def admin(cast):
    make_group("delivery")
    return api(cast.admin)


def post(client, where, body):
    return client.post(f"{RULES}{where}", body, format="json")


def test_an_admin_writes_reads_changes_and_archives_a_rule(admin):
    written = post(admin, "", UNHAPPY)
    assert written.status_code == 201
    rule = written.json()
    assert {name: rule[name] for name in UNHAPPY} == UNHAPPY
    changed = admin.patch(f"{RULES}/{rule['id']}", {"name": "Very"}, format="json").json()
    assert (changed["version"], changed["name"]) == (2, "Very")
    read = admin.get(f"{RULES}/{rule['id']}").json()
    assert [row["version"] for row in read["versions"]] == [2, 1]
    assert read["written_at"].endswith("Z")
    assert post(admin, f"/{rule['id']}/archive", {}).json()["archived"] is True
    assert admin.get(RULES).json()["results"] == []
    assert len(admin.get(f"{RULES}?archived=true").json()["results"]) == 1


def test_deleting_a_rule_archives_it(admin):
    rule = post(admin, "", UNHAPPY).json()["id"]
    assert admin.delete(f"{RULES}/{rule}").status_code == 204
    assert admin.get(f"{RULES}/{rule}").json()["archived"] is True


def test_an_admin_puts_rules_in_another_order(admin):
    first, second = post(admin, "", UNHAPPY).json(), post(admin, "", PRAISE).json()
    answer = post(admin, "/reorder", {"rules": [second["id"], first["id"]]})
    assert [row["name"] for row in answer.json()["results"]] == ["Praise", "Unhappy"]
    assert post(admin, "/reorder", {"rules": [first["id"]]}).status_code == 422
    assert post(admin, "/reorder", {"rules": ["1"]}).status_code == 422


def test_a_bad_rule_is_a_problem_with_pointers(admin):
    bad = UNHAPPY | {"when": {"all": [leaf("score.class", "eq", "bad")]}}
    answer = post(admin, "", bad)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    (fault,) = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/when/all/0/value", "unknown_choice")


@pytest.mark.parametrize("body", [[], "x", 5, None, {}, {"when": {}, "then": []}])
def test_a_body_of_another_kind_is_a_problem(admin, body):
    rule = post(admin, "", PRAISE).json()["id"]
    assert post(admin, "", body).status_code in {400, 422}
    assert post(admin, "/rehearse", body).status_code in {400, 422}
    assert admin.patch(f"{RULES}/{rule}", body, format="json").status_code in {200, 400, 422}
    assert RuleVersion.objects.count() == 1


def test_a_rule_that_is_not_there_is_404(admin):
    assert admin.get(f"{RULES}/999").status_code == 404
    assert admin.patch(f"{RULES}/999", {}, format="json").status_code == 404
    assert post(admin, "/999/archive", {}).status_code == 404


def test_a_draft_is_rehearsed_and_nothing_written(admin):
    praise = post(admin, "", PRAISE | {"order": 99}).json()["id"]
    angry = make_heard(1, received_at=RuleVersion.objects.get().written_at)
    answer = post(admin, "/rehearse", UNHAPPY | {"days": 7})
    assert answer.status_code == 200
    assert answer.json() == {
        "feedback": 1,
        "matched": 1,
        "taken_from": [{"rule": praise, "count": 1}],
        "examples": [str(angry.pk)],
    }
    assert RuleVersion.objects.count() == 1


def test_a_rehearsal_needs_no_more_than_a_condition(admin):
    assert post(admin, "/rehearse", {"when": {"always": True}}).json()["feedback"] == 0


@pytest.mark.parametrize("wrong", [{"days": 0}, {"days": "7"}, {"days": 367}, {"rule": 999}])
def test_a_rehearsal_refuses_with_a_pointer(admin, wrong):
    answer = post(admin, "/rehearse", {"when": {"always": True}} | wrong)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"/{next(iter(wrong))}"


def test_an_auditor_reads_and_changes_nothing(cast):
    auditor = api(cast.auditor)
    assert auditor.get(RULES).status_code == 200
    assert post(auditor, "", PRAISE).status_code == 403
    assert post(auditor, "/rehearse", PRAISE).status_code == 403


@pytest.mark.parametrize("role", ["agent", "lead", "manager", "outsider"])
def test_all_others_learn_nothing(cast, role):
    person = api(getattr(cast, role))
    assert person.get(RULES).status_code == 403
    assert person.get(f"{RULES}/999").status_code == 403


def test_nobody_gets_in_without_a_key():
    assert api(None).get(RULES).status_code == 401


def test_its_routes_are_described_as_open_api():
    schema = SchemaGenerator(urlconf="tests.rules.mounted").get_schema(public=True)
    validate(json.loads(json.dumps(schema)))
    rule = schema["paths"]["/api/v1/rules"]["get"]["responses"]["200"]["content"]
    properties = rule["application/json"]["schema"]["properties"]["results"]["items"]["properties"]
    assert set(UNHAPPY) <= set(properties)

import pytest
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from tests.cast import api
from tests.escalation.climbing import HALF
from tickets.escalation.models import Ladder
from tickets.escalation.rungs import DEFAULT_RUNGS

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.escalation.mounted")]

LADDERS = "/api/v1/ladders"
RUNGS = [
    {
        "clock": "follow_up",
        "when": HALF,
        "tell": ["owner"],
        "then": {"set_priority": "high", "reassign_to": "lead"},
    }
]
BODY = {"slug": "care", "name": "Care", "group": "care", "rungs": RUNGS}


@pytest.fixture
def admin(cast):
    return api(cast.admin)


def test_an_admin_writes_reads_changes_and_archives_a_ladder(admin):
    written = admin.post(LADDERS, BODY)
    assert written.status_code == 201
    assert written.json() == BODY | {"version": 1, "archived_at": None, "pause_s": 14_400}
    assert admin.get(f"{LADDERS}/care").json() == written.json()
    changed = admin.patch(f"{LADDERS}/care", {"name": "New", "rungs": DEFAULT_RUNGS}).json()
    assert (changed["version"], changed["name"], changed["rungs"]) == (2, "New", DEFAULT_RUNGS)
    assert admin.delete(f"{LADDERS}/care").status_code == 204
    (found,) = admin.get(LADDERS).json()["results"]
    assert found["archived_at"].endswith("Z")
    assert admin.patch(f"{LADDERS}/care", {"name": "x"}).json()["code"] == "archived"


def test_the_ladder_for_all_has_no_group(admin):
    body = {name: value for name, value in BODY.items() if name != "group"}
    assert admin.post(LADDERS, body).json()["group"] is None
    assert admin.delete(f"{LADDERS}/care").json()["code"] == "for_all"


@pytest.mark.parametrize(
    "change, pointer",
    [
        ({"group": "nowhere"}, "/group"),
        ({"group": 5}, "/group"),
        ({"slug": "No slug"}, "/slug"),
        ({"rungs": "owner"}, "/rungs"),
        ({"rungs": [{}]}, "/rungs/0/clock"),
        ({"rungs": [RUNGS[0] | {"tell": [{"user": 2**62}]}]}, "/rungs/0"),
        ({"runs": []}, "/runs"),
        ({"pause_s": 86_401}, "/pause_s"),
    ],
)
def test_a_bad_ladder_is_a_problem_with_pointers(admin, change, pointer):
    answer = admin.post(LADDERS, BODY | change)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert pointer in [fault["pointer"] for fault in answer.json()["errors"]]
    assert not Ladder.objects.exists()


@pytest.mark.parametrize("who", ["outsider", "viewer", "agent", "lead", "manager"])
def test_the_route_is_closed_to_all_but_admins_and_auditors(cast, admin, who):
    admin.post(LADDERS, BODY)
    client = api(getattr(cast, who))
    for answer in (
        client.get(LADDERS),
        client.post(LADDERS, BODY),
        client.get(f"{LADDERS}/care"),
        client.get(f"{LADDERS}/nowhere"),
        client.patch(f"{LADDERS}/care", {}),
        client.delete(f"{LADDERS}/care"),
    ):
        assert answer.status_code == 403


def test_an_auditor_reads_and_a_stranger_does_not(cast, admin):
    admin.post(LADDERS, BODY)
    auditor = api(cast.auditor)
    assert auditor.get(f"{LADDERS}/care").status_code == 200
    assert auditor.delete(f"{LADDERS}/care").status_code == 403
    assert admin.get(f"{LADDERS}/nowhere").status_code == 404
    assert api(None).get(LADDERS).status_code == 401


def test_the_schema_says_what_the_room_reads(admin):
    schema = SchemaGenerator().get_schema(request=None, public=True)
    validate(schema)
    rungs = schema["components"]["schemas"]["NewLadderBody"]["properties"]["rungs"]
    reads = Draft202012Validator(rungs)
    assert reads.is_valid(DEFAULT_RUNGS)
    assert reads.is_valid(RUNGS)
    assert not reads.is_valid([RUNGS[0] | {"when": {"percent": 0}}])
    assert not reads.is_valid([RUNGS[0] | {"tell": ["boss"]}])

import pytest

from tests.cast import Cast, api
from tests.makers import make_root_cause
from tickets.work.models import RootCause

pytestmark = pytest.mark.django_db

CAUSES = "/api/v1/root-causes"


def slugs(person, query=None) -> list[str]:
    return [row["slug"] for row in api(person).get(CAUSES, query or {}).json()["results"]]


def test_everybody_reads_them(cast: Cast) -> None:
    make_root_cause("delivery")
    assert slugs(cast.viewer) == slugs(cast.outsider) == ["delivery"]
    assert api(cast.agent).get(f"{CAUSES}/delivery").json()["name"] == "Delivery"
    assert api(None).get(CAUSES).status_code == 401


def test_an_admin_writes_renames_and_archives_them(cast: Cast) -> None:
    client = api(cast.admin)
    written = client.post(CAUSES, {"slug": "billing", "name": "Billing"})
    assert written.status_code == 201
    assert client.patch(f"{CAUSES}/billing", {"name": "Invoices"}).json()["name"] == "Invoices"
    assert client.delete(f"{CAUSES}/billing").status_code == 204
    assert slugs(cast.agent) == []
    assert slugs(cast.agent, {"archived": "true"}) == ["billing"]


def test_nobody_else_does(cast: Cast) -> None:
    make_root_cause("delivery")
    for person in (cast.viewer, cast.agent, cast.lead, cast.manager, cast.auditor, cast.outsider):
        client = api(person)
        assert client.post(CAUSES, {"slug": "x", "name": "X"}).status_code == 403
        assert client.patch(f"{CAUSES}/delivery", {"name": "X"}).status_code == 403
        assert client.delete(f"{CAUSES}/delivery").status_code == 403
    assert RootCause.objects.get().name == "Delivery"


@pytest.mark.parametrize(
    "body, pointer",
    [
        ({"slug": "delivery", "name": "X"}, "/slug"),
        ({"slug": "a b", "name": "X"}, "/slug"),
        ({"slug": "new", "name": " "}, "/name"),
        ({"slug": "new", "name": "x" * 121}, "/name"),
        ({"slug": "new", "name": "X", "colour": "red"}, "/colour"),
    ],
)
def test_it_refuses_with_a_pointer(cast: Cast, body, pointer) -> None:
    make_root_cause("delivery")
    response = api(cast.admin).post(CAUSES, body)
    assert response.status_code == 422
    assert [fault["pointer"] for fault in response.json()["errors"]] == [pointer]

"""Who may hear what. An address of the stream, or something that may be asked of it, that stands
behind no wall fails here."""

import pytest

from cxloop.live.app import ASKED, PLACES
from tests.cast import Cast
from tests.live.listening import knock
from tests.makers import make_ticket

pytestmark = pytest.mark.django_db(transaction=True)

IN = 200
ROLES = ("nobody", "outsider", "viewer", "agent", "lead", "manager", "auditor", "admin")


def wall(*codes: int) -> dict[str, int]:
    return dict(zip(ROLES, codes, strict=True))


EVERYBODY = wall(IN, IN, IN, IN, IN, IN, IN, IN)
PEOPLE = wall(401, IN, IN, IN, IN, IN, IN, IN)
WHO_SEES_IT = wall(401, 404, IN, IN, IN, IN, IN, IN)

BEHIND = {
    "/healthz": EVERYBODY,
    "/live": PEOPLE,
    "/live?lists": PEOPLE,
    "/live?ticket": WHO_SEES_IT,
    "/live?ticket&lists": WHO_SEES_IT,
}


def test_every_address_stands_behind_a_wall() -> None:
    known = [address.partition("?") for address in BEHIND]
    assert {path for path, _, _ in known} == set(PLACES)
    assert {name for _, _, query in known for name in query.split("&") if name} == ASKED


@pytest.mark.parametrize("address", BEHIND)
def test_each_wall_stops_whom_it_should(live: str, cast: Cast, address: str) -> None:
    ticket = make_ticket(cast.group)
    path = address.replace("ticket", f"ticket={ticket.ref}").replace("lists", "lists=1")
    answered = {
        role: knock(live, getattr(cast, role, None), path=path).status_code for role in ROLES
    }
    assert answered == BEHIND[address]


def test_what_they_may_not_see_looks_like_what_does_not_exist(live: str, cast: Cast) -> None:
    theirs = knock(live, cast.outsider, f"?ticket={make_ticket(cast.group).ref}")
    nowhere = knock(live, cast.outsider, "?ticket=T-999999999")
    assert (theirs.status_code, theirs.text) == (nowhere.status_code, nowhere.text)


def test_nothing_else_is_there(live: str, cast: Cast) -> None:
    for path in ("/", "/live/", "/queue", "/api/v1/tickets", "/static/desk/desk.css"):
        assert knock(live, cast.admin, path=path).status_code == 404

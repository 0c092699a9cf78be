"""The pages that are looked at all day: the queue and the board, by what they ask the database."""

from collections.abc import Iterable, Iterator

from django.test import Client

from accounts.models import AccessGroup, User
from accounts.roles import GroupRole
from cxloop.bench.figures import Figure
from cxloop.bench.scale import Scale
from cxloop.bench.watching import p95, watched

QUEUE = [f"/queue?tab={tab}" for tab in ("mine", "unowned", "groups", "next", "breached")]
BOARD = ["/board"]
REACH_MS, REACH_QUERIES = 20.0, 10


def measure_pages(scale: Scale) -> Iterator[Figure]:
    stored = f"{scale.stored:,} tickets"
    for role, who in _people():
        yield _page(f"queue of {role}, {len(QUEUE)} tabs, {stored}", QUEUE, who, scale)
    for role, who in _people():
        yield _page(f"board of {role}, {stored}", BOARD, who, scale)


def _people() -> list[tuple[str, User]]:
    group = AccessGroup.objects.order_by("pk")[0]
    member = User.objects.filter(memberships__group=group, memberships__role=GroupRole.MANAGER)
    return [("a group's manager", member[0]), ("an admin", User.objects.admins()[0])]


def _page(what: str, paths: Iterable[str], who: User, scale: Scale) -> Figure:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(who)
    ms, queries = [], 0
    for path in paths:
        client.get(path)
        for _ in range(scale.looks):
            spent, asked = _look(client, path)
            ms.append(spent)
            queries = max(queries, asked)
    worst = p95(ms)
    return Figure(
        what=what,
        product=f"p95 {worst:.1f} ms, {queries} queries",
        reach=f"{REACH_MS:g} ms, {REACH_QUERIES} queries",
        missed=worst > REACH_MS or queries > REACH_QUERIES,
    )


def _look(client: Client, path: str) -> tuple[float, int]:
    with watched() as watch:
        answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return sum(watch.ms), len(watch.ms)

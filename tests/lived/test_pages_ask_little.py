"""Pages ask little: of the database, and of the line they come by, after a shop's week."""

import gzip
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from accounts.models import User
from tests.desk.browsing import browse
from tests.lived.furnish import live_and_furnish
from tests.lived.places import PAGES

pytestmark = pytest.mark.trial

MOST_BYTES = 150_000
MOST_SCRIPT = 60_000


@dataclass(frozen=True)
class Visit:
    statements: int
    html: bytes

    @property
    def files(self) -> set[str]:
        """Whatever stands in its head or beside its words and is fetched with it."""
        return set(re.findall(r'(?:src|href)="/static/([^"?]+)"', self.html.decode()))

    @property
    def packed(self) -> int:
        return len(gzip.compress(self.html)) + weight(self.files)

    @property
    def script(self) -> int:
        return weight(name for name in self.files if name.endswith(".js"))


def weight(files: Iterable[str]) -> int:
    return sum(map(_packed, files))


@cache
def _packed(name: str) -> int:
    found = finders.find(name)
    assert found, name
    return len(gzip.compress(Path(found).read_bytes()))


def visit(client: Client, path: str) -> Visit:
    """Once whatever is read only once has been read."""
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(path)
    assert answer.status_code in {200, 404}, path
    return Visit(len(seen), answer.content)


@pytest.fixture(scope="module")
def visits(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> dict[str, Visit]:
    """Of a week that is lived through once, and taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        addresses = live_and_furnish()
        people = {user.email.partition("@")[0]: browse(user) for user in User.objects.all()}
        people[""] = browse(None)
        found = {page: visit(people[known.who], addresses[page]) for page, known in PAGES.items()}
        transaction.set_rollback(True)
    return found


def test_of_the_database(visits: dict[str, Visit]) -> None:
    asked = {page: one.statements for page, one in visits.items()}
    assert {page: n for page, n in asked.items() if n > PAGES[page].asks} == {}


def test_of_the_line(visits: dict[str, Visit]) -> None:
    """Packed, as whatever stands before it packs them; with a cold cache."""
    heavy = {page: one.packed for page, one in visits.items() if one.packed > MOST_BYTES}
    assert heavy == {}
    assert {page: one.script for page, one in visits.items() if one.script > MOST_SCRIPT} == {}


def test_all_files_are_weighed(visits: dict[str, Visit]) -> None:
    """Nothing else may be fetched: what a stylesheet or a script would bring along stands in no
    page."""
    styles = {name for one in visits.values() for name in one.files if name.endswith(".css")}
    assert len(styles) > 3
    for name in styles:
        found = Path(str(finders.find(name))).read_text()
        assert "url(" not in found, name
        assert "@import" not in found, name

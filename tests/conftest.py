import gc
import os
from datetime import datetime

import pytest
from django.core.cache import cache
from hypothesis import settings
from pytest_django import DjangoDbBlocker

from tests.cast import Cast, gather_cast
from tests.makers import NOW
from tests.servers import empty_by_deleting

# For a night, or a change of the arithmetic: --hypothesis-profile=thorough.
settings.register_profile("thorough", max_examples=2_500, deadline=None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole-record", action="store_true", help="all of the real input")
    parser.addoption("--trials", action="store_true", help="also what takes minutes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Whoever chooses tests by a path, a word or a marker gets what they chose."""
    everything = [str(config.rootpath / path) for path in config.getini("testpaths")]
    has_chosen = [os.path.abspath(path) for path in config.args] != everything
    if has_chosen or any((config.option.keyword, config.option.markexpr, config.option.trials)):
        return
    trials = [item for item in items if item.get_closest_marker("trial")]
    items[:] = [item for item in items if item not in trials]
    config.hook.pytest_deselected(items=trials)


def pytest_collection_finish() -> None:
    """All of it stays: to look through it for garbage, over and over, is work for nothing."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        empty_by_deleting()


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> None:
    cache.clear()


@pytest.fixture
def now() -> datetime:
    """A Friday morning: 2026-11-20 09:00 in UTC."""
    return NOW


@pytest.fixture
def cast(db: None) -> Cast:
    return gather_cast()

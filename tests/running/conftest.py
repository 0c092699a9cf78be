from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.services import Service, service_in


@pytest.fixture(scope="package")
def running_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Web, worker and beat, started once by `manage.py up`: base_url, demo, home."""
    with service_in(tmp_path_factory.mktemp("service")) as service:
        yield service


@pytest.fixture(autouse=True)
def nobody_stays(request: pytest.FixtureRequest) -> Iterator[None]:
    """Pages that a test leaves open would listen, look and beat beside all that follow."""
    names = {"browser", "shooting"} & set(request.fixturenames)
    browsers: list[Browser] = [request.getfixturevalue(name) for name in sorted(names)]
    before = {context for one in browsers for context in one.contexts}
    yield
    for one in browsers:
        for context in set(one.contexts) - before:
            forget_requests(context)
            context.close()


def forget_requests(context: BrowserContext) -> None:
    """One that is on its way through a route of the test would fail whichever follows."""
    for one in (context, *context.pages):
        one.unroute_all(behavior="ignoreErrors")

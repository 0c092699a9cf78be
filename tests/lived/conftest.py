import json
import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.services import ROOT, Service, manage, service_in

LIVE = (
    "import json; from tests.lived.furnish import live_and_furnish;"
    " print(json.dumps(live_and_furnish()))"
)


@dataclass(frozen=True)
class Week:
    """The service in which a week was lived, and the address of every page by its name."""

    service: Service
    addresses: dict[str, str]


@pytest.fixture(scope="package")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    with service_in(tmp_path_factory.mktemp("week")) as service:
        lived = manage(service.home, "shell", "-c", LIVE, PYTHONPATH=os.fspath(ROOT))
        assert lived.returncode == 0, lived.stderr
        yield Week(service, json.loads(lived.stdout.splitlines()[-1]))

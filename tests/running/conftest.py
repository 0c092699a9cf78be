from collections.abc import Iterator

import pytest

from tests.services import Service, service_in


@pytest.fixture(scope="package")
def running_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Web, worker and beat, started once by `manage.py up`: base_url, demo, home."""
    with service_in(tmp_path_factory.mktemp("service")) as service:
        yield service

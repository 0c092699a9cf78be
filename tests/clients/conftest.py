from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.clients.equipping import make_node_folder, make_python
from tests.clients.gate import Gate, gate_before
from tests.clients.house import House, house_in
from tests.clients.programs import Programs, in_node, in_python


@pytest.fixture(scope="module")
def standing(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    with django_db_blocker.unblock(), house_in(tmp_path_factory.mktemp("house")) as house:
        house.open()
        yield house


@pytest.fixture
def house(standing: House) -> Iterator[House]:
    """The real web process, open at the beginning of each test."""
    if standing.process is None:
        standing.open()
    return standing


@pytest.fixture(scope="module")
def gateway(standing: House) -> Iterator[Gate]:
    with gate_before(standing.port) as gate:
        yield gate


@pytest.fixture
def gate(gateway: Gate) -> Gate:
    gateway.forget()
    return gateway


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Programs:
    folder = tmp_path_factory.mktemp("python")
    return in_python(make_python(folder), folder)


@pytest.fixture(scope="session")
def node(node_program: str, tmp_path_factory: pytest.TempPathFactory) -> Programs:
    return in_node(node_program, make_node_folder(tmp_path_factory.mktemp("node")))

"""`manage.py up`, as a newcomer meets it. One service lives through the file, in this order."""

import itertools
import json
import os
import shlex
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest

from tests import asking
from tests.services import (
    Service,
    manage,
    processes_of,
    service_in,
    start_service,
    wait_until,
)

pytestmark = pytest.mark.trial


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("up") / "mit Leerzeichen, ü 한"


@pytest.fixture(scope="module")
def service(home: Path) -> Iterator[Service]:
    """In a folder that a first start, killed in the middle, has left half furnished."""
    half = start_service(home)
    wait_until((home / "postgres").exists, seconds=60)
    half.process.kill()
    half.process.wait()
    with service_in(home) as service:
        yield service


ROLES = {
    "beat": "beat",
    "broker": "valkey-server",
    "database": "postgres",
    "fetch": "fetch_mail",
    "letters": "letters",
    "live": "cxloop.asgi:application",
    "mail": "receive_smtp",
    "watch": "watchdog",
    "web": "cxloop.wsgi:application",
    "worker": "sweeps",
}


def children_of(service: Service) -> dict[str, int]:
    """Name and process id of what the supervisor has started."""
    found = {}
    for child in psutil.Process(service.process.pid).children():
        with suppress(psutil.Error):  # it is just ending
            words = [Path(word).name for word in child.cmdline()]
            found |= {name: child.pid for name, word in ROLES.items() if word in words}
    return found


def test_a_kill_while_it_is_being_set_up_leaves_a_folder_that_goes_on(service: Service) -> None:
    assert json.loads((service.home / "installation.json").read_text())["seeded"]


def test_it_writes_what_a_client_needs(service: Service) -> None:
    people = {"admin", "manager", "lead", "agent", "auditor", "outsider"}
    assert (service.home / "demo.json").stat().st_mode & 0o777 == 0o600
    assert set(service.demo["users"]) == people
    assert service.demo["secret_key"].startswith("sk_")
    assert httpx.get(f"{service.base_url}/healthz").status_code == 200


def test_it_prints_the_address_the_sign_in_and_a_curl_that_works(service: Service) -> None:
    admin = service.demo["users"]["admin"]
    assert service.base_url in service.said
    assert f"{admin['email']}  {admin['password']}" in service.said
    assert posted_as_printed(service.said).status_code == 201


def posted_as_printed(said: str) -> httpx.Response:
    words = shlex.split(next(line for line in said.splitlines() if "curl" in line))
    given = dict(itertools.pairwise(words))
    headers = dict(words[at + 1].split(": ") for at, word in enumerate(words) if word == "-H")
    return asking.post(words[3], headers=headers, content=given["-d"])


def test_it_refuses_a_second_start_on_the_same_folder(service: Service) -> None:
    second = manage(service.home, "up", "--port", "0")
    assert second.returncode == 1
    assert f"in use by manage.py up (process {service.process.pid})" in second.stderr
    assert second.stderr.count("\n") == 1


def test_it_refuses_a_taken_port(service: Service, tmp_path: Path) -> None:
    port = service.base_url.rpartition(":")[2]
    other = manage(tmp_path, "up", CXLOOP_PORT=port)
    assert other.returncode == 1
    assert f"cannot listen on 127.0.0.1 port {port}" in other.stderr
    assert other.stderr.count("\n") == 1


def test_other_commands_use_the_running_installation(service: Service) -> None:
    asked = manage(service.home, "shell", "-v", "0", "-c", COUNT_PEOPLE)
    assert asked.stdout.split() == ["people", str(len(service.demo["users"]))], asked.stderr


COUNT_PEOPLE = """
from accounts.models import User
print("people", User.objects.exclude(email="").count())
"""


def test_a_child_that_is_killed_is_started_again_and_said_so(service: Service) -> None:
    assert set(children_of(service)) == set(ROLES)
    killed = {kill(service, name) for name in ROLES}
    wait_until(lambda: reached(service) and posted(service) == 201, seconds=60)
    assert not killed & set(children_of(service).values())


def kill(service: Service, name: str) -> int:
    """Whoever bears the name just now: another may already be in the place of one that ended by
    itself when it lost the broker."""
    wait_until(lambda: name in children_of(service), seconds=60)
    number = children_of(service)[name]
    os.kill(number, signal.SIGKILL)
    for said in (f"{name} ended by SIGKILL", f"{name} is started again"):
        wait_until(lambda said=said: said in service.said, seconds=60)
    return number


def reached(service: Service) -> bool:
    address = ("127.0.0.1", int(service.base_url.rpartition(":")[2]))
    with socket.socket() as probe:
        return probe.connect_ex(address) == 0


def posted(service: Service) -> int:
    return posted_as_printed(service.said).status_code


def test_a_worker_that_hears_nothing_any_more_begins_anew(service: Service) -> None:
    """Beat is stopped, which nobody sees from outside: it lives."""
    before, beat = children_of(service), children_of(service)["beat"]
    os.kill(beat, signal.SIGSTOP)
    try:
        # Silence begins when what beat had said before has been taken up.
        wait_until(lambda: "worker ended with status 75" in service.said, seconds=150)
    finally:
        os.kill(beat, signal.SIGCONT)
    wait_until(lambda: children_of(service).get("worker", 0) > 0, seconds=60)
    # Beat has said nothing for as long, and cannot know that it was stopped.
    wait_until(lambda: "beat ended with status 75" in service.said, seconds=60)
    assert children_of(service)["worker"] != before["worker"]
    wait_until(lambda: len(workers_of(service)) == 1 + 2, seconds=60)


def workers_of(service: Service) -> list[int]:
    """The worker and its hands: nothing is left of the one before."""
    commands = [command_of(one) for one in processes_of(service.home)]
    return [1 for words in commands if "celery" in words and "sweeps" in words]


def command_of(process: psutil.Process) -> list[str]:
    """Nothing of one that ended while it was looked at."""
    with suppress(psutil.Error):
        return process.cmdline()
    return []


def test_ctrl_c_stops_it_in_order_and_leaves_no_process(service: Service) -> None:
    assert service.stop(signal.SIGINT) == 0
    assert processes_of(service.home) == []
    # Nobody was still connected when the database was stopped.
    assert "due to administrator command" not in (service.home / "logs/database.log").read_text()


def test_a_later_start_keeps_keys_and_feedback_even_after_a_kill(service: Service) -> None:
    before = service.demo
    forget_that_it_was_furnished(service.home)
    with service_in(service.home) as again:
        anew = {"base_url": "", "mail": ""}
        assert again.demo | anew == before | anew
        assert len(stored(again)) >= 2
        left = processes_of(again.home)
        again.process.kill()
        again.process.wait()
        with service_in(service.home) as at_once:
            assert not any(process.is_running() for process in left)
            assert posted(at_once) == 201
            assert at_once.stop(signal.SIGTERM) == 0
    assert processes_of(service.home) == []


def forget_that_it_was_furnished(home: Path) -> None:
    """As a kill between the commit of the first keys and their entry in the facts leaves it."""
    file = home / "installation.json"
    facts = json.loads(file.read_text())
    (home / "seeding").write_text(f"{json.dumps(facts.pop('seeded'))}\n")
    file.write_text(json.dumps(facts))


def stored(service: Service) -> list[object]:
    key = {"Authorization": f"Bearer {service.demo['secret_key']}"}
    answer = asking.get(f"{service.base_url}/api/v1/feedback", headers=key)
    return list(answer.json()["results"])

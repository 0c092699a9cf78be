"""The letters' folder is full: letters wait and are seen to, nothing else is harmed, and once there
is room each leaves, whole."""

import email
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx

from tests.faults.house import House
from tests.faults.load import Load
from tests.faults.smtp import Receiver
from tests.services import service_in

# For a letter or two, but for none that is long; the waiting ones of the round may come before.
ROOM_LEFT = 8 * 1024
NO_ROOM = "SELECT count(*) FROM kernel_letter WHERE last_error LIKE '%%No space left%%'"
WAITING = "SELECT count(*) FROM kernel_letter WHERE state IN ('waiting', 'sending')"


def fill_the_letters_folder(home: Path) -> list[str]:
    """On an installation whose letters become files; what did not hold."""
    folder = home / "letters"
    folder.mkdir(exist_ok=True)
    with _small_disk(folder) as mounted:
        if not mounted:
            print("\nThe full disk is left out: no file system may be mounted here.")
            return []
        with service_in(home, "--port", "0") as service, closing(Receiver()) as unused:
            house = House(service, unused, Load(service.base_url, service.demo, 0))
            house.say("-- the letters folder is full")
            try:
                _fill_and_empty(house, folder)
            except AssertionError as error:
                return [str(error)]
    return []


def _fill_and_empty(house: House, folder: Path) -> None:
    ballast = folder / "ballast"
    free = shutil.disk_usage(folder).free
    ballast.write_bytes(b"x" * (free - ROOM_LEFT))
    refs = [_write_to_a_customer(house, number) for number in range(4)]
    house.soon("a letter is told that there is no room", lambda: house.ask(NO_ROOM) > 0, seconds=60)
    assert _write_to_a_customer(house, 5), "a full disk for letters stopped a reply"
    ballast.unlink()
    house.soon("all have left", lambda: house.ask(WAITING) == 0, seconds=400)
    files = list(folder.glob("*.eml"))
    torn = [one.name for one in files if not email.message_from_bytes(one.read_bytes())["To"]]
    assert (len(files) > len(refs), torn) == (True, []), f"{len(files)} letters, torn: {torn}"
    assert list(folder.glob(".*.part")) == [], "half a letter was left behind"


def _write_to_a_customer(house: House, number: int) -> str:
    """A feedback, its ticket, a long reply: the ticket's number."""
    demo = house.service.demo
    body = {
        "score": {"type": "nps", "value": 1},
        "comment": "Nobody answers.",
        "customer": {"email": f"disk{number}@example.com"},
    }
    with httpx.Client(base_url=house.service.base_url, timeout=30) as web:
        key = {"Authorization": f"Bearer {demo['secret_key']}"}
        posted = web.post("/api/v1/feedback", json=body, headers=key)
        assert posted.status_code == 201, posted.text
        agent = {"Authorization": f"Bearer {demo['users']['agent']['token']}"}
        address, found = f"/api/v1/feedback/{posted.json()['id']}", [""]

        def has_a_ticket() -> bool:
            found[0] = web.get(address, headers=agent).json()["ticket"] or ""
            return bool(found[0])

        house.soon("it has its ticket", has_a_ticket, seconds=60)
        said = {"body": "We are very sorry. " * 300}
        answer = web.post(f"/api/v1/tickets/{found[0]}/reply", json=said, headers=agent)
        assert answer.status_code == 200, answer.text
    return found[0]


@contextmanager
def _small_disk(folder: Path) -> Iterator[bool]:
    """4 MiB in place of the folder, where this machine lets us mount it."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(folder)]
    mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)

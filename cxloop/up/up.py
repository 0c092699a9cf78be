"""`manage.py up`: the whole service on one machine, under one supervisor."""

import argparse
import json
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from cxloop.up import roles, valkey
from cxloop.up.children import Nursery
from cxloop.up.home import Home, free_port, home_path, write_private
from cxloop.up.installation import bring_up_to_date, furnish_once, running
from cxloop.up.refusal import Refusal
from cxloop.up.supervisor import StopAsked, Supervisor, listen_for_stop
from cxloop.up.words import say

DEFAULT_PORT = 8000
START_SECONDS = 40.0
# Not the next port: a second installation may want that one.
LIVE_IS_BESIDE, MAIL_IS_BESIDE = 100, 200


@dataclass(frozen=True)
class Address:
    host: str
    port: int

    @property
    def reached_at(self) -> str:
        """Where this machine reaches it: an address that means "all" is nobody's."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)

    @property
    def names(self) -> list[str]:
        """What others on the network may call it by, where it listens to them."""
        if self.host == self.reached_at:
            return [self.host]
        name, found = socket.gethostname(), set[str]()
        with suppress(OSError):
            found = {str(entry[4][0]) for entry in socket.getaddrinfo(name, None)}
        return [name, socket.getfqdn(), *found]

    @property
    def url(self) -> str:
        host = f"[{self.reached_at}]" if ":" in self.reached_at else self.reached_at
        return f"http://{host}:{self.port}"


@dataclass(frozen=True)
class Addresses:
    """Of the pages, of the stream that tells them what changes, and of the door for mails."""

    web: Address
    live: Address
    mail: Address


def run_up(arguments: list[str]) -> int:
    wanted = _read(arguments)
    listen_for_stop()
    try:
        home = _take_home()
        address = _claim(wanted.host, wanted.port)
        live = _claim_beside(address, "CXLOOP_LIVE_PORT", LIVE_IS_BESIDE)
        mail = _claim_beside(address, "CXLOOP_MAIL_PORT", MAIL_IS_BESIDE)
        with running(home) as nursery:
            _serve(home, nursery, Addresses(address, live, mail), demo=wanted.demo)
    except StopAsked:
        say("cxloop: stopped")
    return 0


def _read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py up", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=None, help="also CXLOOP_PORT; 0 for any free")
    parser.add_argument("--demo", choices=["on", "off"], default="on", help="off: an admin alone")
    return parser.parse_args(arguments)


def _take_home() -> Home:
    home = Home(home_path())
    if not home.take("manage.py up"):
        number, what = home.runner() or (0, "another process")
        raise Refusal(f"{home.path} is in use by {what} (process {number}).")
    return home


def _serve(home: Home, nursery: Nursery, addresses: Addresses, *, demo: str) -> None:
    home.remember(base_url=os.environ.get("CXLOOP_BASE_URL") or addresses.web.url)
    environment = _environment(home, addresses)
    bring_up_to_date(home, environment)
    furnish_once(home, environment, "--demo", demo)
    _start_roles(home, nursery, addresses, environment)
    _announce(home, addresses)
    Supervisor(nursery).watch()


def _start_roles(
    home: Home, nursery: Nursery, addresses: Addresses, environment: Mapping[str, str]
) -> None:
    """All of them answer on return."""
    web = roles.web(home, environment, host=addresses.web.host, port=addresses.web.port)
    live = roles.live(home, environment, host=addresses.live.host, port=addresses.live.port)
    workers, beat = roles.workers(home, environment), roles.beat(home, environment)
    mail = roles.mail(home, environment, host=addresses.mail.host, port=addresses.mail.port)
    for child in (web, *workers, beat, live, mail, roles.fetch(home, environment)):
        nursery.start(child)
    at = addresses.mail
    mail.wait_until(partial(roles.takes_mail, at.reached_at, at.port), seconds=START_SECONDS)
    for child, at in ((web, addresses.web), (live, addresses.live)):
        child.wait_until(partial(roles.answers, at.reached_at, at.port), seconds=START_SECONDS)

    def take_tasks() -> bool:
        return valkey.count_consumers(**home.facts["broker"]) >= len(workers)

    for child in (*workers, beat):
        child.wait_until(take_tasks, seconds=START_SECONDS)
    nursery.start(roles.watch(home, environment))


def _claim(host: str, port: int | None) -> Address:
    """The address to listen on, refused in words where somebody else does."""
    named = os.environ.get("CXLOOP_PORT", "").strip()
    try:
        number = port if port is not None else int(named or DEFAULT_PORT)
        number = number or free_port()
        kind = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, number))
            return Address(host, number)
    except (OSError, ValueError, OverflowError) as error:
        raise Refusal(
            f"cannot listen on {host} port {port or named or DEFAULT_PORT} ({error}); "
            "choose another by CXLOOP_PORT or --port."
        ) from error


def _claim_beside(address: Address, setting: str, beside: int) -> Address:
    """At the port of this setting, else near the pages, else anywhere."""
    named = os.environ.get(setting, "").strip()
    if named:
        try:
            return _claim(address.host, int(named) if named.isdecimal() else -1)
        except Refusal as refusal:
            raise Refusal(f"{refusal} ({setting}={named})") from refusal
    try:
        return _claim(address.host, address.port + beside)
    except Refusal:
        return _claim(address.host, 0)


def _environment(home: Home, addresses: Addresses) -> dict[str, str]:
    # Celery would let every worker run Django's system checks, which load all that the web needs.
    own = {"PYTHONUNBUFFERED": "1", "CXLOOP_BOOTSTRAP": "0", "CELERY_SKIP_CHECKS": "1"}
    known_by = {
        "CXLOOP_ALLOWED_HOSTS": ",".join(addresses.web.names),
        "CXLOOP_LIVE_URL": f":{addresses.live.port}",
    }
    return known_by | os.environ | home.environment() | own


def _announce(home: Home, addresses: Addresses) -> None:
    """demo.json: the addresses renewed, the keys those of the first start."""
    mail = f"{addresses.mail.reached_at}:{addresses.mail.port}"
    demo = {"base_url": home.facts["base_url"], "mail": mail, **home.facts["seeded"]}
    write_private(home.path / "demo.json", json.dumps(demo, indent=2, ensure_ascii=False))
    _greet(home, demo)


def _greet(home: Home, demo: dict[str, Any]) -> None:
    base, admin = demo["base_url"], demo["users"]["admin"]
    lines = [
        f"cxloop is up at {base} (Ctrl-C stops it)",
        f"  Sign in      {admin['email']}  {admin['password']}",
        f"  Everyone     {home.path / 'demo.json'}",
        f"  Logs         {home.logs}",
    ]
    if "publishable_key" in demo:
        lines += ["", "  Post a feedback:", "", _curl(base, demo["publishable_key"])]
    if "test_key" in demo:
        lines += ["", f"  Try it, with no ticket opened: the same with {demo['test_key']}"]
        lines += [f"  What arrives  {base}/admin/sources/{demo['source']}"]
    if "mailbox" in demo:
        lines += ["", f"  Or write to {demo['mailbox']} by SMTP at {demo['mail']}"]
    say("\n".join(["", *lines, ""]))


def _curl(base: str, key: str) -> str:
    feedback = {
        "score": {"type": "nps", "value": 2},
        "comment": "Parcel never arrived",
        "customer": {"email": "you@example.com"},
    }
    return (
        f"  curl -X POST {base}/api/v1/feedback -H 'Authorization: Bearer {key}' "
        f"-H 'Content-Type: application/json' -d '{json.dumps(feedback)}'"
    )

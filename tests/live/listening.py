"""Pages that listen, as browsers do."""

import json
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import SHUT_RDWR
from typing import Any

import httpx
from django.conf import settings
from django.test import Client

from accounts.models import User
from tests.desk.browsing import browse

SOON_S = 8.0  # it looks by itself after ten
OVER_S = 3.0


class Page:
    """An open page; `ended` once its stream is over."""

    def __init__(self) -> None:
        self.ended = threading.Event()
        self._told: queue.Queue[tuple[str, Any]] = queue.Queue()

    def hear(self, lines: Iterator[str]) -> None:
        event = ""
        with suppress(httpx.HTTPError):
            for line in lines:
                name, _, value = line.partition(": ")
                if name == "event":
                    event = value
                elif name == "data":
                    self._told.put((event, json.loads(value)))
        self.ended.set()

    def is_told(self, event: str, *, within: float = SOON_S) -> Any:
        """What the next event of this kind says; none of it fails."""
        end = time.monotonic() + within
        while True:
            try:
                told, said = self._told.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"not told of {event} within {within:g} s") from None
            if told == event:
                return said

    def forget(self, *, after: float = OVER_S) -> None:
        """What was told until then, of what had happened before."""
        time.sleep(after)
        while not self._told.empty():
            self._told.get()

    def is_told_nothing_of(self, event: str, *, for_s: float = 2.0) -> bool:
        try:
            self.is_told(event, within=for_s)
        except AssertionError:
            return True
        return False


def cookie_of(client: Client) -> dict[str, str]:
    name = settings.SESSION_COOKIE_NAME
    return {"Cookie": f"{name}={client.cookies[name].value}"} if name in client.cookies else {}


def knock(
    live: str, person: User | None, query: str = "", *, path: str = "/live", **headers: str
) -> httpx.Response:
    """The answer's head, without waiting for what is told."""
    given = cookie_of(browse(person)) | headers
    with httpx.stream("GET", f"{live}{path}{query}", headers=given, timeout=5) as answer:
        if answer.status_code != httpx.codes.OK:
            answer.read()
        return answer


@contextmanager
def listening(live: str, client: Client, query: str = "") -> Iterator[Page]:
    page, headers = Page(), cookie_of(client)
    timeout = httpx.Timeout(5, read=20)
    with httpx.stream("GET", f"{live}/live{query}", headers=headers, timeout=timeout) as answer:
        assert answer.status_code == httpx.codes.OK
        ear = threading.Thread(target=page.hear, args=[answer.iter_lines()])
        ear.start()
        try:
            yield page
        finally:
            with suppress(OSError):  # the other side may have closed it
                answer.extensions["network_stream"].get_extra_info("socket").shutdown(SHUT_RDWR)
            ear.join()

"""Customers who post and colleagues who answer, from outside, and what they were told.

Every post has an idempotency key and is repeated until it is taken, as a good client does; every
reply carries a mark, and is not repeated: whether one without an answer was written is unknown.
"""

import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx

POSTERS, COLLEAGUES = 6, ("agent", "lead", "manager")
CUSTOMERS = 400
PATIENCE = 20.0


class Load:
    """`accepted`: by key, the id that was answered. `replied`: the marks of words that were taken.
    `in_flight`: what each thread waits for just now."""

    def __init__(self, base_url: str, demo: dict[str, Any], seed: int) -> None:
        self.base_url, self.demo = base_url, demo
        self.random = random.Random(seed)
        self.accepted: dict[str, str] = {}
        self.replied: set[str] = set()
        self.statuses: Counter[str] = Counter()
        self.in_flight: dict[int, str] = {}
        self.started = 0
        self._numbers = itertools.count(1)
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        works: list[tuple[Callable[..., None], str]] = [(self._post, "")] * POSTERS
        works += [(self._answer, who) for who in COLLEAGUES]
        for work, who in works:
            thread = threading.Thread(target=self._go_on, args=(work, who), daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(2 * PATIENCE)

    def what_is_in_flight(self) -> Counter[str]:
        return Counter(list(self.in_flight.values()))

    def _go_on(self, work: Callable[..., None], who: str) -> None:
        with httpx.Client(base_url=self.base_url, timeout=PATIENCE) as web:
            while not self._stopping.is_set():
                work(web, who)
                time.sleep(self.random.uniform(0.05, 0.35))

    def _post(self, web: httpx.Client, _: str) -> None:
        key = f"key-{next(self._numbers)}"
        body = {
            "score": {"type": "nps", "value": self.random.choice([0, 1, 2, 3, 6, 8, 10])},
            "comment": f"The parcel never came. [{key}]",
            "customer": {"email": f"customer{self.random.randrange(CUSTOMERS)}@example.com"},
        }
        headers = {"Authorization": f"Bearer {self.demo['secret_key']}", "Idempotency-Key": key}
        while not self._stopping.is_set():
            answer = self._send(web, "POST", "feedback", json=body, headers=headers)
            if answer is not None and answer.status_code in (200, 201):
                self.accepted[key] = answer.json()["id"]
                return
            time.sleep(0.3)

    def _answer(self, web: httpx.Client, who: str) -> None:
        """Looks at the queue and does one thing with one ticket."""
        headers = {"Authorization": f"Bearer {self.demo['users'][who]['token']}"}
        status = self.random.choice(["new", "open", "waiting", "resolved"])
        queue = self._send(web, "GET", "tickets", params={"status": status}, headers=headers)
        if queue is None or queue.status_code != 200 or not queue.json()["results"]:
            return
        ref = self.random.choice(queue.json()["results"])["ref"]
        verb, body, mark = self._act()
        answer = self._send(web, "POST", f"tickets/{ref}/{verb}", json=body, headers=headers)
        if mark and answer is not None and answer.status_code == 200:
            self.replied.add(mark)

    def _act(self) -> tuple[str, dict[str, Any], str]:
        mark = f"[mark-{next(self._numbers)}]"
        acts: list[tuple[str, dict[str, Any], str]] = [
            ("reply", {"body": f"We are on it. {mark}"}, mark),
            ("reply", {"body": f"It is on its way. {mark}"}, mark),
            ("note", {"body": f"Asked the carrier. {mark}"}, mark),
            ("log-contact", {"channel": "phone", "outcome": "reached", "body": ""}, ""),
            ("resolve", {"root_cause": "delivery", "body": f"Sent anew. {mark}"}, ""),
            ("wait", {"until": None}, ""),
            ("reopen", {"reason": "still nothing"}, ""),
            ("assign", {"assignee": "me"}, ""),
        ]
        return self.random.choice(acts)

    def _send(
        self, web: httpx.Client, method: str, path: str, **what: Any
    ) -> httpx.Response | None:
        """None where nobody answered."""
        me = threading.get_ident()
        self.in_flight[me] = f"{method} {path.rpartition('/')[2]}"
        self.started += 1
        try:
            answer = web.request(method, f"/api/v1/{path}", **what)
            self.statuses[str(answer.status_code)] += 1
            return answer
        except httpx.HTTPError as error:
            self.statuses[type(error).__name__] += 1
            return None
        finally:
            with suppress(KeyError):
                del self.in_flight[me]

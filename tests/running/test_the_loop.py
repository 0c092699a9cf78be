"""The whole promise over HTTP, with the real processes; nothing of ours is imported.

A customer complains, nobody answers in time, the manager hears of it, an agent answers and repairs
for more than they may promise alone, the customer is asked, is unhappy, is answered again, by the
playbook for a second failure, and says that it is well: only then it closes. Then the cause goes,
and whoever raised it reads that.
"""

import email
import email.policy
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

LIMIT = timedelta(hours=48)
IN_A_MOMENT = timedelta(seconds=20)


class House:
    """The service as its clients see it: by keys, by address, by the letters it sends."""

    def __init__(self, service: Any) -> None:
        self.demo = service.demo
        self.letters_folder = Path(service.home) / "letters"
        self.web = httpx.Client(base_url=self.demo["base_url"], timeout=60)

    def call(self, who: str, method: str, path: str, body: Any = None) -> Any:
        token = self.demo["users"][who]["token"]
        headers = {"Authorization": f"Bearer {token}"}
        answer = self.web.request(method, f"/api/v1/{path}", json=body, headers=headers)
        assert answer.status_code < 500, answer.text
        return answer

    def ok(self, who: str, method: str, path: str, body: Any = None) -> Any:
        answer = self.call(who, method, path, body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def post_feedback(self, key: str, body: Any, **headers: str) -> Any:
        sent = {"Authorization": f"Bearer {key}", **headers}
        return self.web.post("/api/v1/feedback", json=body, headers=sent)

    def letters_to(self, address: str) -> list[email.message.EmailMessage]:
        read = [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in sorted(self.letters_folder.glob("*.eml"), key=lambda p: p.stat().st_mtime)
        ]
        return [letter for letter in read if address in str(letter["To"])]

    def import_key(self) -> str:
        source = {"slug": "yesterday", "name": "Yesterday", "channel": "import"}
        self.ok("admin", "POST", "sources", source | {"owners": ["care"]})
        return self.ok("admin", "POST", "sources/yesterday/keys", {"kind": "sk"})["key"]


def soon(found: Callable[[], Any], seconds: float = 180) -> Any:
    deadline = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.2)
    return result


@pytest.fixture(scope="module")
def house(running_service: Any) -> Iterator[House]:
    house = House(running_service)
    yield house
    house.web.close()


def complaint(address: str, **more: Any) -> dict[str, Any]:
    said = {"score": {"type": "nps", "value": 2}, "comment": "Parcel never arrived"}
    return {**said, "customer": {"email": address, "name": "김서연"}, **more}


def clocks(ticket: Any, kind: str = "follow_up") -> list[str]:
    return [clock["state"] for clock in ticket["clocks"] if clock["kind"] == kind]


def words_of(letter: email.message.EmailMessage) -> str:
    return str(letter.get_body(("plain",)).get_content())


def link_in(letter: email.message.EmailMessage) -> str:
    found = re.search(r"https?://\S+/c/\S+", words_of(letter))
    assert found, words_of(letter)
    return found.group()


def test_a_complaint_becomes_a_ticket_with_a_48_hour_clock(house: House) -> None:
    key = {"Idempotency-Key": "checkout-1"}
    posted = house.post_feedback(
        house.demo["publishable_key"], complaint("mina@example.com"), **key
    )
    assert posted.status_code == 201
    again = house.post_feedback(house.demo["publishable_key"], complaint("mina@example.com"), **key)
    assert (again.status_code, again.json()) == (200, posted.json())

    address = f"feedback/{posted.json()['id']}"
    feedback = soon(lambda: (f := house.ok("agent", "GET", address))["ticket"] and f)
    assert feedback["triage"]["decision"] == "ticket"
    assert feedback["triage"]["rule"]["name"]
    ticket = house.ok("agent", "GET", f"tickets/{feedback['ticket']}")
    clock = next(c for c in ticket["clocks"] if c["kind"] == "follow_up")
    received = datetime.fromisoformat(feedback["received_at"])
    assert datetime.fromisoformat(clock["due_at"]) - received == LIMIT
    assert feedback["ticket"] in [
        t["ref"] for t in house.ok("agent", "GET", "tickets?status=new")["results"]
    ]
    assert house.call("outsider", "GET", f"tickets/{feedback['ticket']}").status_code == 404
    assert house.call("auditor", "GET", f"tickets/{feedback['ticket']}").status_code == 200


def test_the_loop_closes_when_the_customer_says_so(house: House) -> None:
    # Posted almost 48 hours ago, as an import of this morning would tell it.
    key = house.import_key()
    received = datetime.now(UTC) - LIMIT + IN_A_MOMENT
    body = complaint("jun@example.com", backdated=True, occurred_at=received.isoformat())
    posted = house.post_feedback(key, body)
    assert posted.status_code == 201, posted.text
    feedback = f"feedback/{posted.json()['id']}"
    ref = soon(lambda: house.ok("agent", "GET", feedback)["ticket"])
    ticket = f"tickets/{ref}"

    # Nobody answers: the promise breaks at its due time, and the manager hears of it.
    broken = soon(
        lambda: (t := house.ok("agent", "GET", ticket)) and clocks(t) == ["breached"] and t
    )
    clock = next(c for c in broken["clocks"] if c["kind"] == "follow_up")
    assert clock["breached_at"] == clock["due_at"] < clock["detected_at"]
    manager = house.demo["users"]["manager"]["email"]
    soon(lambda: [x for x in house.letters_to(manager) if ref in str(x["Subject"])])
    assert broken["escalations"]

    # Nothing but a person's contact lets anybody resolve it.
    house.ok("agent", "POST", f"{ticket}/assign", {"assignee": "me"})
    house.ok("agent", "POST", f"{ticket}/note", {"body": "The carrier lost it."})
    refused = house.call("agent", "POST", f"{ticket}/resolve", {"root_cause": "delivery"})
    assert (refused.status_code, refused.json()["code"]) == (409, "no_contact")
    answered = house.ok("agent", "POST", f"{ticket}/reply", {"body": "We send a new one today."})
    assert clocks(answered) == ["breached"]
    assert answered["status"] == "open"
    soon(lambda: house.letters_to("jun@example.com"))

    # The repair costs more than an agent may promise alone.
    gesture = {"kind": "refund", "amount": "900.00", "currency": "EUR", "explanation": "Sorry"}
    promised = house.ok("agent", "POST", f"{ticket}/recovery/gestures", gesture)
    waiting = [g for g in promised["gestures"] if g["state"] == "waiting"]
    approval = f"{ticket}/recovery/gestures/{waiting[0]['id']}/approve"
    assert house.call("agent", "POST", approval).status_code == 409
    house.ok("manager", "POST", approval)
    resolved = house.ok(
        "agent", "POST", f"{ticket}/resolve", {"root_cause": "delivery", "body": "Sent anew."}
    )
    assert resolved["status"] == "resolved"

    # The customer is asked, and looking at the page answers nothing.
    page = link_in(soon(lambda: question_to(house, "jun@example.com", 1)))
    assert house.web.get(page).status_code == house.web.head(page).status_code == 200
    house.web.post(page, data={"solved": "no", "comment": "Still nothing here"})
    anew = house.ok("agent", "GET", ticket)
    assert (anew["status"], anew["cycle"]) == ("open", 2)
    assert clocks(anew) == ["breached", "running"]
    assert anew["priority"] == "high"

    # A second failure has a playbook of its own, and somebody who leads begins it.
    playbook = anew["recovery"]["playbook"]
    assert (playbook["slug"], playbook["next"]["kind"]) == ("second-failure", "manager_call")
    for kind in ("manager_call", "apology", "correction"):
        house.ok("lead", "POST", f"{ticket}/recovery/gestures", {"kind": kind})
    refund = anew["recovery"]["earlier"][0]["gestures"][0]["id"]
    kept = house.ok("agent", "POST", f"{ticket}/gestures/{refund}/keep", {"reference": "SAP 4711"})
    assert kept["earlier"][0]["gestures"][0]["state"] == "kept"

    # Answered in time this time, and the customer says that it is well.
    house.ok(
        "agent",
        "POST",
        f"{ticket}/log-contact",
        {"channel": "phone", "outcome": "reached", "body": "Delivered this morning."},
    )
    arrived = {"root_cause": "delivery", "body": "Arrived."}
    repaired = house.ok("agent", "POST", f"{ticket}/resolve", arrived)["recovery"]
    assert (repaired["number"], repaired["playbook"]["followed"]) == (2, True)
    second = link_in(soon(lambda: question_to(house, "jun@example.com", 2)))
    assert second != page
    house.web.post(
        second, data={"solved": "yes", "score": "5", "fair": "4", "comment": "고맙습니다"}
    )
    closed = house.ok("agent", "GET", ticket)
    assert (closed["status"], closed["outcome"]) == ("closed", "recovered")
    assert clocks(closed) == ["breached", "met"]
    kinds = [entry["kind"] for entry in closed["timeline"]]
    assert kinds.index("breached") < kinds.index("reply") < kinds.index("closed")
    explained = house.ok("agent", "GET", f"{ticket}/clocks/follow_up/explain?cycle=1")
    assert explained["counted_s"] == 172_800
    _remove_the_cause(house, ref)
    _hear_the_praise(house, ref)


def _remove_the_cause(house: House, ref: str) -> None:
    """A problem is opened, the ticket stands in it, it is fixed, and its customers are told."""
    problem = house.ok(
        "lead", "POST", "problems", {"title": "Parcels get lost", "root_cause": "delivery"}
    )
    where = f"problems/{problem['id']}"
    house.ok("lead", "POST", f"{where}/tickets", {"ticket": ref})
    house.ok("lead", "POST", f"{where}/analyse", {"text": "The depot scans no Saturdays."})
    house.ok("lead", "POST", f"{where}/plan", {})
    today = datetime.now(UTC).date().isoformat()
    fixed = house.ok("lead", "POST", f"{where}/fix", {"fixed_on": today, "text": "It does now."})
    assert fixed["state"] == "fixed"
    words = {"subject_en": "What we changed", "body_en": "Dear {name}, Saturdays are scanned now."}
    letter = house.ok("lead", "POST", f"{where}/announcements", words)
    told = f"{where}/announcements/{letter['id']}"
    seen = house.ok("lead", "GET", f"{told}/preview")["seen"]
    house.ok("lead", "POST", f"{told}/send", {"seen": seen})
    soon(
        lambda: [x for x in house.letters_to("jun@example.com") if "Saturdays" in words_of(x)],
        seconds=90,
    )
    timeline = house.ok("agent", "GET", f"tickets/{ref}")["timeline"]
    assert any("Saturdays" in entry["text"] for entry in timeline)


def _hear_the_praise(house: House, ref: str) -> None:
    """The happy words reach who rang the customer, as news; nobody else learns of them."""

    def of_this(who: str, asked: str = "") -> list[Any]:
        praise = house.ok(who, "GET", f"kudos{asked}")["results"]
        return [one for one in praise if one["ticket"] == ref]

    (praise,) = soon(lambda: of_this("agent", "?person=me"), seconds=90)
    assert (praise["words"], praise["cycle"]) == ("고맙습니다", 2)
    assert (praise["why"], praise["unread"]) == ("reached", True)
    assert house.ok("agent", "POST", "kudos/seen")["seen"] >= 1
    assert of_this("outsider") == []


def question_to(house: House, address: str, number: int) -> email.message.EmailMessage | None:
    asked = [x for x in house.letters_to(address) if "/c/" in words_of(x)]
    return asked[number - 1] if len(asked) >= number else None

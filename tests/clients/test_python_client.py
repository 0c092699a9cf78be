"""The Python client as it would be published, against the real web process."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from feedback.intake.models import Customer
from tests.clients.gate import AWAY, PORTAL, Gate
from tests.clients.house import House
from tests.clients.programs import Programs, kill, last_shown
from tests.services import ROOT, wait_until

SEND = """
receipt = client.send(
    idempotency_key=told[1], comment=told[0], score={"type": "nps", "value": 2},
    scores=[{"key": "speed", "type": "stars", "value": 4}], answers={"why": "late"},
    customer={"email": "ann@example.com", "value": "12.50"}, context={"order": "A-17"},
    occurred_at=datetime.now(UTC) - timedelta(hours=1), tags=["late"], form=None)
show(id=receipt.id, replayed=receipt.replayed, key=receipt.key, page=receipt.status_url)
"""


def test_stores_once_and_reads_the_same_receipt_again(python: Programs, house: House) -> None:
    first = python.run(SEND, house.url, house.secret, "Full of facts", "mine")
    again = python.run(SEND, house.url, house.secret, "Full of facts", "mine-too")
    assert (first["replayed"], first["key"]) == (False, "mine")
    assert first["id"] != again["id"]
    assert "/r/" in first["page"]
    tags = house.ask("SELECT tags FROM intake_feedback WHERE id = %s", first["id"])
    assert tags == ["late"]


TWICE = """
receipts = [client.send(comment="Said twice", idempotency_key="twice") for _ in range(2)]
show(ids=len({one.id for one in receipts}), replayed=[one.replayed for one in receipts])
"""


def test_the_same_key_is_the_same_feedback(python: Programs, house: House) -> None:
    assert python.run(TWICE, house.url, house.secret) == {"ids": 1, "replayed": [False, True]}
    assert house.count("Said twice") == 1


REFUSED = """
try:
    client.send(score={"type": "nps", "value": 11}, tags=[""])
except Refused as error:
    show(status=error.status, code=error.code, request=len(error.request_id), key=error.key,
         errors=[(fault.pointer, fault.code) for fault in error.errors], text=str(error))
"""


def test_says_what_is_wrong_and_where_and_asks_once(
    python: Programs, house: House, gate: Gate
) -> None:
    told = python.run(REFUSED, gate.url, house.secret)
    assert ["/score/value", "out_of_range"] in told["errors"]
    assert ["/tags/0", "too_short"] in told["errors"]
    assert told["status"] == 422
    assert told["key"]
    assert told["request"] >= 8
    assert "/score/value: nps goes from 0 to 10." in told["text"]
    assert gate.posts == 1


UNKNOWN = """
for wrong in (Client(url, "sk_nobody"), client):
    try:
        wrong.send_batch([{"comment": "by nobody"}])
    except BatchBrokeOff as error:
        show(cause=type(error.__cause__).__name__, settled=error.results[0].settled)
"""


def test_a_key_that_may_not_is_told_and_tried_once(
    python: Programs, house: House, gate: Gate
) -> None:
    process = python.start(UNKNOWN, gate.url, house.publishable)
    said, _ = process.communicate(timeout=60)
    assert '"UnknownKey"' in said
    assert '"Forbidden"' in said
    assert gate.posts == 2


PERSISTENT = """
async def main():
    async with AsyncClient(url, key) as waiting:
        return await waiting.send(comment=told[1])
receipt = asyncio.run(main()) if told[0] == "async" else client.send(comment=told[1])
show(replayed=receipt.replayed)
"""


@pytest.mark.parametrize("kind", ["sync", pytest.param("async", marks=pytest.mark.trial)])
def test_tries_again_under_the_same_key(
    python: Programs, house: House, gate: Gate, kind: str
) -> None:
    gate.says, gate.loses = [AWAY, PORTAL], 1
    told = python.run(PERSISTENT, gate.url, house.secret, kind, f"Lost on the way, {kind}")
    assert told == {"replayed": True}
    assert gate.posts == 4
    assert house.count(f"Lost on the way, {kind}") == 1


HELD_KEY = """
INSERT INTO intake_idempotencykey
    (source_key_id, endpoint, key, body_digest, feedback_id, created_at)
SELECT id, 'feedback', 'held', '', gen_random_uuid(), now() FROM intake_sourcekey WHERE kind = 'sk'
"""
RUNNING = 'show(replayed=client.send(comment="While it runs", idempotency_key="held").replayed)'


@pytest.mark.trial
def test_waits_for_the_request_of_the_same_key_that_still_runs(
    python: Programs, house: House, gate: Gate
) -> None:
    with psycopg.connect(house.database) as other:
        assert other.execute(HELD_KEY).rowcount == 1
        process = python.start(RUNNING, gate.url, house.secret)
        wait_until(lambda: gate.posts == 2, seconds=60)
        other.rollback()
    assert last_shown(process) == {"replayed": False}
    assert house.count("While it runs") == 1


GIVES_UP = """
began = time.monotonic()
try:
    Client(url, key, give_up_after=1).send(comment="Nobody there")
except Unanswered as error:
    show(took=time.monotonic() - began, key=error.key)
"""


def test_gives_up_in_time_and_says_under_which_key(python: Programs, house: House) -> None:
    told = python.run(GIVES_UP, "http://127.0.0.1:1", house.secret)
    assert told["took"] < 2
    assert told["key"]


BATCH = """
items = [{"comment": f"Of many {n}", "idempotency_key": f"many-{n}"} for n in range(1200)]
items[1100] = {"score": {"type": "csat", "value": 9}}
for _ in range(2):
    results = client.send_batch(items)
bad = results[1100]
show(heard=sum(one.receipt is not None for one in results), bad=bad.error.errors[0].pointer,
     replayed=sum(one.receipt.replayed for one in results if one.receipt), key=bad.key)
"""


def test_sends_more_than_a_thousand_and_tells_of_each(
    python: Programs, house: House, gate: Gate
) -> None:
    told = python.run(BATCH, gate.url, house.secret)
    assert (told["heard"], told["replayed"], told["bad"]) == (1199, 1199, "/score/value")
    assert gate.posts == 4
    assert house.count("Of many") == 1199


SIGNED = """
proof = sign("C-17", told[0])
receipt = client.send(comment="Signed", customer={"id": "C-17", "proof": proof})
show(id=receipt.id)
"""


def test_signs_whom_the_service_then_believes(python: Programs, house: House) -> None:
    python.run(SIGNED, house.url, house.publishable, house.identity_secret)
    assert Customer.objects.get(external_id="C-17").trusted


KEPT = """
outbox = Outbox(told[0])
for number in range(int(told[2])):
    outbox.put(comment=f"{told[1]} {number}")
print(json.dumps("kept"), flush=True)
done = outbox.flush(client)
show(sent=done.sent, waiting=done.waiting)
"""
LEFT = """
done = Outbox(told[0]).flush(client)
show(sent=done.sent, waiting=done.waiting)
"""


def test_what_is_killed_in_mid_post_is_stored_once(
    python: Programs, house: House, gate: Gate, tmp_path: Path
) -> None:
    box = tmp_path / "outbox.db"
    gate.holds = True
    process = python.start(KEPT, gate.url, house.secret, box, "Killed in mid-post", 5)
    assert gate.has_held.wait(60)
    kill(process)
    assert house.count("Killed in mid-post") == 1
    gate.holds = False
    assert python.run(LEFT, gate.url, house.secret, box) == {"sent": 5, "waiting": 0}
    assert house.count("Killed in mid-post") == 5


@pytest.mark.trial
def test_what_was_put_while_the_house_was_away_is_stored_once(
    python: Programs, house: House, tmp_path: Path
) -> None:
    box = tmp_path / "outbox.db"
    house.close()
    process = python.start(KEPT, house.url, house.secret, box, "While you were away", 100)
    assert process.stdout
    assert process.stdout.readline() == '"kept"\n'
    kill(process)
    house.open()
    assert python.run(LEFT, house.url, house.secret, box) == {"sent": 100, "waiting": 0}
    assert (house.count("While you"), house.count_different("While you")) == (100, 100)


@pytest.mark.trial
def test_processes_share_an_outbox(
    python: Programs, house: House, gate: Gate, tmp_path: Path
) -> None:
    asked = (gate.url, house.secret, tmp_path / "outbox.db")
    both = [python.start(KEPT, *asked, f"Shared {name}", 50) for name in "ab"]
    assert sum(last_shown(one)["sent"] for one in both) == 100
    assert (house.count("Shared"), gate.posts) == (100, 100)


REFUSES = """
outbox = Outbox(told[0])
outbox.put(score={"type": "nps", "value": 11})
outbox.put(comment="After one that is refused")
nobody = outbox.flush(Client(url, "sk_nobody"))
done = outbox.flush(client)
one, = outbox.refused()
aged = Outbox(told[0], keep_refused=timedelta(0))
later = aged.flush(client)
show(nobody=[nobody.refused, nobody.waiting, type(nobody.failure).__name__],
     done=[done.sent, done.refused, done.waiting], pointer=one.errors[0].pointer,
     value=one.submission["score"]["value"], aged=len(aged.refused()))
"""


def test_what_is_refused_stays_to_be_seen_and_a_wrong_key_refuses_nothing(
    python: Programs, house: House, tmp_path: Path
) -> None:
    told = python.run(REFUSES, house.url, house.secret, tmp_path / "outbox.db")
    assert told["nobody"] == [0, 2, "UnknownKey"]
    assert told["done"] == [1, 1, 0]
    assert (told["pointer"], told["value"], told["aged"]) == ("/score/value", 11, 0)


COURIER = """
outbox = Outbox(told[0])
with Courier(outbox, client):
    outbox.put(comment="By courier")
    while outbox.waiting:
        time.sleep(0.02)
show(waiting=outbox.waiting)
"""


def test_a_courier_sends_what_is_put_in(python: Programs, house: House, tmp_path: Path) -> None:
    assert python.run(COURIER, house.url, house.secret, tmp_path / "o.db") == {"waiting": 0}
    assert house.count("By courier") == 1


TYPED = """
from cxloop_client import Client, Outbox, Receipt
receipt: Receipt = Client("https://care.example", "sk_1").send(score={"type": "nps", "value": 2})
Outbox("o.db").put(comment="Fine")
Client("https://care.example", "sk_1").send(coment="Misspelt")
"""


@pytest.mark.trial
def test_a_type_checker_knows_what_may_be_sent(python: Programs, tmp_path: Path) -> None:
    program = tmp_path / "typed.py"
    program.write_text(TYPED)
    check = [sys.executable, "-m", "mypy", "--strict", "--config-file", ""]
    found = subprocess.run(
        [*check, "--python-executable", python.command[0], str(program)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "typed.py:5" in found.stdout
    assert 'Unexpected keyword argument "coment"' in found.stdout
    assert "Found 1 error" in found.stdout, found.stdout


def test_both_clients_carry_their_own_licence() -> None:
    for name in ("python", "javascript"):
        assert "Apache License" in (ROOT / "clients" / name / "LICENSE").read_text()

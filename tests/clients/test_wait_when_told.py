"""Both clients at a house that takes three posts a minute: they wait, as long as it says."""

import pytest

from tests.clients.gate import Gate
from tests.clients.house import House
from tests.clients.programs import Programs, last_shown

pytestmark = [pytest.mark.node, pytest.mark.trial]

IMPATIENT = """
client = Client(url, key, give_up_after=0.5)
try:
    for number in range(4):
        client.send(comment=f"Before the limit {number}")
except TooMany as error:
    told_to_wait = error.retry_after
show(wait=told_to_wait)
"""
PATIENT = """
client = Client(url, key, give_up_after=100)
show(replayed=client.send(comment="After the limit, Python").replayed)
"""
PATIENT_NODE = """
const patient = createClient({ url, key, giveUpAfterMs: 100_000 });
show(await patient.send({ comment: "After the limit, Node" }));
"""


def test_they_come_back_when_they_were_told_to(
    python: Programs, node: Programs, house: House, gate: Gate
) -> None:
    house.close()
    house.open(CXLOOP_LIMIT_SK="3")
    try:
        assert 0 < python.run(IMPATIENT, gate.url, house.secret)["wait"] <= 60
        asked_before = gate.posts
        asked = (gate.url, house.secret)
        both = [python.start(PATIENT, *asked), node.start(PATIENT_NODE, *asked)]
        assert [last_shown(one)["replayed"] for one in both] == [False, False]
    finally:
        house.close()
    assert gate.posts <= asked_before + 2 * 2
    assert house.count("After the limit") == 2

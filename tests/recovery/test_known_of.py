"""What is known of a failure without asking …"""

import pytest

from tickets.recovery.failure import Known, known_of

BILLING, FEES = 1, 2
TYPES = {
    BILLING: Known(type=BILLING, monetary=True, process=False),
    FEES: Known(type=FEES, monetary=True, process=True),
}
LATE = Known(type=FEES, driver="price", controllable=True)


@pytest.mark.parametrize(
    ("said", "cause", "costs", "known"),
    [
        ({}, Known(), False, Known()),
        ({}, LATE, False, Known(FEES, "price", True, True, True)),
        ({"type": BILLING}, LATE, False, Known(BILLING, "price", True, False, True)),
        ({"controllable": False}, LATE, False, Known(FEES, "price", True, True, False)),
        ({"monetary": False}, LATE, True, Known(FEES, "price", False, True, True)),
        ({}, Known(monetary=False), True, Known(monetary=True)),
        ({"type": 9}, Known(), False, Known(type=9)),
    ],
)
def test_what_is_said_stands_and_the_rest_follows(
    said: dict[str, object], cause: Known, costs: bool, known: Known
) -> None:
    assert known_of(said, cause=cause, type_of=TYPES, costs=costs) == known

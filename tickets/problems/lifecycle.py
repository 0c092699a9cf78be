"""The life of a problem, and which verb is possible when. Pure: 409s, buttons and the
description of the API derive from this one table.

    seen ── analyse ──► analysed ── plan ──► fix_planned ── fix ──► fixed
      ▲                    └──────────────── fix ──────────────────┤
      └──────────────── reopen, or a signal of the watch ──────────┘
"""

from collections.abc import Mapping
from dataclasses import dataclass

SEEN, ANALYSED, FIX_PLANNED, FIXED = "seen", "analysed", "fix_planned", "fixed"
STATES = (SEEN, ANALYSED, FIX_PLANNED, FIXED)


@dataclass(frozen=True)
class Move:
    allowed: tuple[str, ...]
    to: str
    about: str


MOVES: Mapping[str, Move] = {
    "analyse": Move((SEEN,), ANALYSED, "It is understood what brings it about."),
    "plan": Move((ANALYSED,), FIX_PLANNED, "Somebody will remove the cause."),
    "fix": Move(
        (ANALYSED, FIX_PLANNED), FIXED, "The cause was removed on that day; the watch begins."
    ),
    "reopen": Move(
        (ANALYSED, FIX_PLANNED, FIXED), SEEN, "It is not understood, or not gone, after all."
    ),
}


def legal_verbs(state: str) -> list[str]:
    return [verb for verb, move in MOVES.items() if state in move.allowed]

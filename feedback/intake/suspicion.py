"""Whether feedback looks as if no person had sent it. Pure.

Only what a person does not do is held against it: never a language, a script, an address or a
length. Whoever is suspected is told nothing, and nothing of theirs is lost.
"""

TRAP, TOO_FAST, REPEATED = "trap", "too_fast", "repeated"
CODES = (TRAP, TOO_FAST, REPEATED)

# A form opened, an answer chosen and sent by keys alone takes longer, by whoever knows it well.
FASTEST_MS = 1500
# Short words are said by many: "thanks", "너무 느려요".
SHORTEST_REPEATED = 20
MOST_REPEATED = 5


def suspicions(*, trap: str | None, filled_ms: int | None, repeated: bool) -> tuple[str, ...]:
    """Their codes. `trap` is what stands in a field that people do not see; `filled_ms` how long
    it took from the opening of the form to sending, where that is known."""
    found = {
        TRAP: bool(trap and trap.strip()),
        TOO_FAST: filled_ms is not None and 0 <= filled_ms < FASTEST_MS,
        REPEATED: repeated,
    }
    return tuple(code for code, holds in found.items() if holds)

"""What an answer means, what a gesture needs. Pure: values in, a value and its reason out."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from feedback.intake.scores import NEGATIVE, NEUTRAL, POSITIVE, class_of

HAPPY, NEITHER, UNHAPPY = "happy", "neutral", "unhappy"
_MOOD_OF_CLASS = {POSITIVE: HAPPY, NEUTRAL: NEITHER, NEGATIVE: UNHAPPY}

SCORES = range(1, 6)
# What a repair is judged by, beside the score of it all.
ITEMS = ("fair", "easy", "respect")


@dataclass(frozen=True)
class Judgement:
    """`outcome` is how the ticket ends; None begins the next cycle."""

    mood: str
    outcome: str | None
    reason: str


def outcome_of(
    solved: bool | None, score: int | None, *, had_gestures: bool, had_failure: bool
) -> Judgement:
    """What the customer's word leads to. `score` is CSAT, 1 to 5; one of the two is there.

    solved  score     mood
    no      any       unhappy   a matter that stands is not settled by a friendly score
    yes     4, 5, -   happy
    yes     3         neutral
    yes     1, 2      unhappy   settled, but not put right
    -       4, 5      happy
    -       3         neutral
    -       1, 2      unhappy
    """
    mood = mood_of(solved, score)
    said = _said(solved, score)
    if mood == UNHAPPY:
        return Judgement(mood, None, said)
    if mood == NEITHER:
        return Judgement(mood, "improved", said)
    if had_failure or had_gestures:
        return Judgement(mood, "recovered", said)
    return Judgement(mood, "satisfied_without_repair", f"{said}; nothing had to be repaired")


def mood_of(solved: bool | None, score: int | None) -> str:
    if solved is False:
        return UNHAPPY
    if score is None:
        return HAPPY
    return _MOOD_OF_CLASS[class_of("csat", score)]


def _said(solved: bool | None, score: int | None) -> str:
    words = {True: "the customer says it is solved", False: "the customer says it is not solved"}
    parts = [words[solved]] if solved is not None else []
    if score is not None:
        parts.append(f"the customer scored {score} of 5")
    return ", ".join(parts)


ALWAYS, MAYBE, NEVER = "always", "maybe", "never"


@dataclass(frozen=True)
class GestureKind:
    """`justice` is what it restores: the outcome, the procedure, or the person's dignity (Tax,
    Brown and Chandrashekaran 1998)."""

    justice: str
    costs: str = NEVER


GESTURE_KINDS: dict[str, GestureKind] = {
    "refund": GestureKind("distributive", ALWAYS),
    "discount": GestureKind("distributive", ALWAYS),
    "voucher": GestureKind("distributive", ALWAYS),
    "credit": GestureKind("distributive", ALWAYS),
    "fee_waiver": GestureKind("distributive", ALWAYS),
    "replacement": GestureKind("distributive", MAYBE),
    "correction": GestureKind("procedural", MAYBE),
    "priority_handling": GestureKind("procedural", MAYBE),
    "exception": GestureKind("procedural", MAYBE),
    "acknowledgement": GestureKind("interactional"),
    "apology": GestureKind("interactional"),
    "explanation": GestureKind("interactional"),
    "call": GestureKind("interactional"),
    "manager_call": GestureKind("interactional"),
}


PROOFS = ("letter", "call", "reference")


def needs_approval(
    amount: Decimal | None,
    currency: str,
    limits: Mapping[str, Decimal],
    alone: Decimal = Decimal(0),
) -> tuple[bool, str]:
    """Whether somebody else must agree first, and why. The limit binds whoever promises, a manager
    too: where it ends, two pairs of eyes begin. A currency without a limit has a limit of nothing.
    `alone` is what they have promised alone for the same repair: twice fifty is a hundred.
    """
    if amount is None:
        return False, "it costs nothing"
    limit = limits.get(currency)
    if limit is None:
        return True, f"there is no limit for {currency}"
    if amount > limit:
        return True, f"above the limit of {limit} {currency}"
    if amount + alone > limit:
        return True, f"with {alone} before it above the limit of {limit} {currency}"
    return False, f"within the limit of {limit} {currency}"


WAITING, PROMISED, REJECTED, KEPT, BROKEN = "waiting", "promised", "rejected", "kept", "broken"
GESTURE_STATES = (WAITING, PROMISED, REJECTED, KEPT, BROKEN)
# What the customer has or may count on; and with what waits still, what may come of it.
GIVEN = (PROMISED, KEPT)
STANDING = (WAITING, *GIVEN)


@dataclass(frozen=True)
class GestureMove:
    allowed: str
    to: str


GESTURE_MOVES: dict[str, GestureMove] = {
    "approve": GestureMove(WAITING, PROMISED),
    "reject": GestureMove(WAITING, REJECTED),
    "keep": GestureMove(PROMISED, KEPT),
    "break": GestureMove(PROMISED, BROKEN),
}


def legal_gesture_verbs(state: str) -> list[str]:
    return [verb for verb, move in GESTURE_MOVES.items() if state == move.allowed]

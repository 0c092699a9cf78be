"""What a score means: its range by type, and its class by a versioned table. Pure.

Sources: NPS 0-6/7-8/9-10 (Reichheld 2003); CSAT and stars 1-5, satisfied is 4-5; CES 2.0 1-7
where 7 is very easy; goal completion no/partly/yes; ratings of 1-10.
"""

from dataclasses import dataclass

NEGATIVE, NEUTRAL, POSITIVE, UNSCORED = "negative", "neutral", "positive", "unscored"
CLASSES = (NEGATIVE, NEUTRAL, POSITIVE, UNSCORED)

TABLE_VERSION = 1


@dataclass(frozen=True)
class Scale:
    """Whole numbers from least to most; up to `negative` is negative, up to `neutral` neutral."""

    least: int
    most: int
    negative: int
    neutral: int


TABLE: dict[str, Scale] = {
    "nps": Scale(0, 10, negative=6, neutral=8),
    "csat": Scale(1, 5, negative=2, neutral=3),
    "stars": Scale(1, 5, negative=2, neutral=3),
    "ces": Scale(1, 7, negative=3, neutral=4),
    "thumbs": Scale(0, 1, negative=0, neutral=0),
    "gcr": Scale(0, 2, negative=0, neutral=1),
    "rating10": Scale(1, 10, negative=4, neutral=6),
}

# Goal reached is said in words and kept as a number, so that every score can be counted.
GOAL_REACHED = {"no": 0, "partly": 1, "yes": 2}
GOAL_WORDS = {number: word for word, number in GOAL_REACHED.items()}


def class_of(kind: str, value: int) -> str:
    scale = TABLE[kind]
    if value <= scale.negative:
        return NEGATIVE
    return NEUTRAL if value <= scale.neutral else POSITIVE


def worst(classes: list[str]) -> str:
    """The class that decides when several scores were given at once."""
    for candidate in (NEGATIVE, NEUTRAL, POSITIVE):
        if candidate in classes:
            return candidate
    return UNSCORED


def shown(kind: str, value: int) -> int | str:
    """The value as the customer gave it."""
    return GOAL_WORDS[value] if kind == "gcr" else value

"""Fifty rules as a shop of some size might have them: by topic, by words, by pattern, by who asks,
by when; and the default ones last. Whoever is unhappy gets a ticket, nobody else does."""

from collections.abc import Iterator
from typing import Any

from tickets.rules.defaults import default_rules

Written = dict[str, Any]

GROUPS = ("delivery", "billing", "product", "app", "staff", "care")
POLICY = "standard"
UNHAPPY = {"fact": "worst.class", "op": "eq", "value": "negative"}

_TOPICS = ("delivery", "billing", "product", "app", "staff")
_WORDS = (
    ("injured", "hospital", "다쳤"),
    ("lawyer", "court", "고소"),
    ("journalist", "newspaper", "기자"),
    ("discrimination", "insulted", "차별"),
    ("fraud", "stolen card", "사기"),
    ("allergic", "poisoned", "식중독"),
    ("fire", "smoke", "화재"),
    ("leaked my data", "privacy", "개인정보"),
    ("never again", "cancel my account", "탈퇴"),
    ("refund", "money back", "환불"),
)
_PATTERNS = (
    r"(?i)order\s+X\d{3}-\d{4}",
    r"(?i)\bcharged\s+(three|four|five)\s+times\b",
    r"(?i)invoice\s+no\.?\s*9\d{5}",
    r"(?i)(ceo|board of directors)",
    r"(?i)error\s+code\s+[45]\d\d\d",
    r"(?i)version\s+0\.\d+",
    r"(?i)gift\s*card\s*#?\d{16}",
    r"(?i)since (19|20)0\d",
    r"(?i)(second|third) (letter|reminder)",
    r"(?i)\b[A-Z]{2}\d{2}(\s?\d{4}){4}\b",
)


def fifty_rules() -> list[Written]:
    special = [*_by_words(), *_by_patterns(), *_by_customer(), *_by_time(), *_by_topic()]
    rules = [*special, *default_rules(group="care", policy=POLICY)]
    assert len(rules) == 50, len(rules)
    return rules


def _rule(name: str, group: str, *conditions: Written, **then: Any) -> Written:
    result = {"ticket": True, "group": group, "policy": POLICY, "assign": "round_robin", **then}
    return {"name": name, "when": {"all": list(conditions)}, "then": result}


def _by_words() -> Iterator[Written]:
    """The words first: these rules must read every comment."""
    for words in _WORDS:
        said = {"fact": "comment", "op": "words_any", "value": list(words)}
        yield _rule(f"Says {words[0]}", "care", said, UNHAPPY, priority="high")


def _by_patterns() -> Iterator[Written]:
    for number, pattern in enumerate(_PATTERNS, start=1):
        said = {"fact": "comment", "op": "matches", "value": pattern}
        yield _rule(f"Pattern {number}", "billing", said, UNHAPPY)


def _by_customer() -> Iterator[Written]:
    for number in range(8):
        dear = {"fact": "customer.value", "op": "gte", "value": 5000 + 100 * number}
        yield _rule(f"Worth over {5000 + 100 * number}", "care", dear, UNHAPPY)
    again = {"fact": "customer.failures", "op": "gte", "value": 3, "days": 30}
    yield _rule("Third failure in a month", "care", again, UNHAPPY, priority="urgent")
    gold = {"fact": "customer.segment", "op": "eq", "value": "platinum"}
    yield _rule("Platinum", "care", gold, UNHAPPY)


def _by_time() -> Iterator[Written]:
    for number in range(7):
        form = {"fact": "form", "op": "eq", "value": f"campaign-{number}"}
        night = {"fact": "hour", "op": "between", "value": [22, 23]}
        yield _rule(f"Campaign {number} at night", "product", form, night, UNHAPPY)


def _by_topic() -> Iterator[Written]:
    for topic in _TOPICS:
        about = {"fact": "context.topic", "op": "eq", "value": topic}
        for language in ("ko", "en"):
            spoken = {"fact": "language", "op": "eq", "value": language}
            yield _rule(f"About {topic} in {language}", topic, UNHAPPY, about, spoken)

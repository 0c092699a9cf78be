"""What companies gave to whom, as the bureau published it, put through the measures of repairs.
Pure: nothing of it is stored."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from feedback.intake.scores import UNSCORED
from insights.change import UNKNOWN
from insights.measures.compared import Compared
from insights.measures.held import FEWEST, is_told
from insights.measures.recovered import of_answered
from insights.measures.rows import ELIGIBLE, Repair
from insights.shares import Share

RESPONSE, TIMELY, DISPUTED = (
    "Company response to consumer",
    "Timely response?",
    "Consumer disputed?",
)
# How the companies' own words for what they gave are called here.
GESTURES = {
    "Closed with monetary relief": "refund",
    "Closed with non-monetary relief": "correction",
    "Closed with explanation": "explanation",
}
_NOTHING: dict[str, Any] = {
    **dict.fromkeys(Repair._fields),
    **{"cycle": 1, "group": "", "source": "bureau", "standing": ELIGIBLE, "score_type": ""},
    **{"class_before": UNSCORED, "follow_up": "", "is_silent": False, "outcome": ""},
    "is_heard": False,
    **{
        "closed_by": "",
        "failure_type": "",
        "driver": "",
        "costs": {},
        "playbook": "",
        "playbook_use": "",
    },
}


def repairs_in(cells: Iterable[dict[str, str]]) -> Iterator[Repair]:
    """A complaint a row. Whoever was asked whether they dispute the answer has answered: solved is
    that they do not."""
    for number, row in enumerate(cells, start=1):
        at = datetime.strptime(row["Date received"], "%Y/%m/%d").replace(tzinfo=UTC)
        said = {"Yes": False, "No": True}.get(row[DISPUTED])
        given = GESTURES.get(row[RESPONSE])
        yield Repair(
            **_NOTHING
            | {
                "ticket": number,
                "person": number,
                "received_at": at,
                "looked_at": at,
                "cause": row["Product"],
                "gestures": ((given, "kept"),) if given else (),
                "asked_at": None if said is None else at,
                "answered_at": None if said is None else at,
                "solved": said,
            }
        )


def timely(cells: Iterable[dict[str, str]]) -> Share:
    """The companies' own word, not ours: of those that say, the share that says yes."""
    said = Counter(row[TIMELY] for row in cells)
    return Share(said["Yes"], said["Yes"] + said["No"])


def tell_relief(cells: Sequence[dict[str, str]], path: Path) -> str:
    rows = list(repairs_in(cells))
    return "\n".join(
        [
            f"{len(rows):,} complaints in {path.name}, as the bureau published them",
            "",
            _line("timely, by the companies' own word", timely(cells)),
            "",
            "What was given",
            *(_line(f"  {kind}", _given(rows, kind)) for kind in GESTURES.values()),
            "",
            "What was given, by product",
            *_by_product(rows),
            "",
            "Did they dispute it?",
            _line("  not disputed, of those asked", of_answered(rows)),
            *(_disputed(rows, kind) for kind in GESTURES.values()),
        ]
    )


def _given(rows: Sequence[Repair], kind: str) -> Share:
    return Share(sum((kind, "kept") in row.gestures for row in rows), len(rows))


def _by_product(rows: Sequence[Repair]) -> Iterator[str]:
    products = Counter(row.cause for row in rows)
    for product, number in products.most_common():
        if is_told(number):
            some = [row for row in rows if row.cause == product]
            yield f"  {product} ({number:,})"
            yield from (_line(f"    {kind}", _given(some, kind)) for kind in GESTURES.values())


def _disputed(rows: Sequence[Repair], kind: str) -> str:
    """Of those who answered, with this gesture beside without."""
    sides: list[list[Repair]] = [[], []]
    for row in rows:
        sides[(kind, "kept") in row.gestures].append(row)
    found = Compared(of_answered(sides[1]), of_answered(sides[0]))
    with_it, without = found.share.whole, found.other.whole
    numbers = f"{with_it:,} with it, {without:,} without"
    if found.verdict == UNKNOWN:
        return f"  {kind:<34} no finding: {numbers}, fewer than {FEWEST} on one side"
    finding = "no finding" if found.verdict == "none" else found.verdict
    low, high = found.interval or (0.0, 0.0)
    return f"  {kind:<34} {finding}: {numbers}, difference {100 * low:+.0f} to {100 * high:+.0f}"


def _line(what: str, share: Share) -> str:
    if share.value is None or share.interval is None:
        return f"{what:<36} nobody says"
    low, high = share.interval
    shares = f"{100 * share.value:5.1f} %  {100 * low:.1f} to {100 * high:.1f}"
    return f"{what:<36} {share.part:>6,} of {share.whole:>6,}  {shares}"

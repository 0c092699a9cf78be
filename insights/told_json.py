"""How a figure is told over the API: of fewer than five not at all, shares with six decimals."""

from typing import Any

from insights.change import UNKNOWN
from insights.measures.compared import Compared
from insights.measures.held import is_told
from insights.measures.means import Beside, Paired
from insights.shares import Share

DECIMALS = 6

Json = dict[str, Any]


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DECIMALS)


def share_told(share: Share, *, is_held: bool = False) -> Json:
    """Of fewer than five nothing is told; of none there is nothing to tell."""
    if is_held or (share.whole and not is_told(share.whole)):
        return {**dict.fromkeys(("part", "whole", "share", "low", "high")), "is_held": True}
    low, high = share.interval or (None, None)
    counts: Json = {"part": share.part, "whole": share.whole, "share": rounded(share.value)}
    return counts | {"low": rounded(low), "high": rounded(high), "is_held": False}


def compared_json(found: Compared, *, is_held: bool = False) -> Json:
    low, high = (None if is_held else found.interval) or (None, None)
    return {
        **share_told(found.share, is_held=is_held),
        "other": share_told(found.other, is_held=is_held),
        "difference": None if is_held else rounded(found.difference),
        "difference_low": rounded(low),
        "difference_high": rounded(high),
        "change": UNKNOWN if is_held else found.verdict,
    }


def paired_json(found: Paired) -> Json:
    low, high = found.interval or (None, None)
    told = found.is_told
    return {
        "number": found.number if told or not found.number else None,
        "is_held": bool(found.number) and not told,
        "before": rounded(sum(found.before) / found.number) if told else None,
        "after": rounded(sum(found.after) / found.number) if told else None,
        "change": rounded(found.change),
        "low": rounded(low),
        "high": rounded(high),
        "verdict": found.verdict,
    }


def beside_json(found: Beside) -> Json:
    low, high = found.interval or (None, None)
    return {
        "difference": rounded(found.difference),
        "low": rounded(low),
        "high": rounded(high),
        "verdict": found.verdict,
    }

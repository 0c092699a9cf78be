"""The report of repairs as it is told over the API. What is held back is told as held, and nothing
else of it; shares have six decimals, times are whole seconds, amounts are texts."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from insights.change import UNKNOWN
from insights.measures.again import Double
from insights.measures.causes import Cause
from insights.measures.compared import Compared
from insights.measures.follow_up import DayOf48
from insights.measures.gestures import Tried
from insights.measures.held import is_told
from insights.measures.lines import Line
from insights.measures.means import Beside, Paired
from insights.measures.money import Cost, Values, Worth
from insights.measures.recovered import Closure
from insights.measures.report import Recovery
from insights.measures.scores import Later
from insights.measures.survival import Curve
from insights.measures.times import MARKS
from insights.shares import Share

DECIMALS = 6

Json = dict[str, Any]


def recovery_json(found: Recovery, names: Mapping[str, Mapping[str, str]]) -> Json:
    """`names` are those of groups, sources and causes, by slug."""
    return {
        "as_of": found.now,
        "repairs": len(found.rows),
        "eligible": found.eligible,
        "beside": found.beside,
        "follow_up": _follow_up(found),
        "times": {name: curve_json(curve) for name, curve in found.curves.items()},
        "recovered": _recovered(found),
        "closure": _closure(found.closure),
        "scores": {"answers": paired_json(found.answers), "later": list(map(_later, found.later))},
        "again": _again(found),
        "costs": list(map(cost_json, found.costs)),
        "value": _values(found.values),
        "causes": [_named(_cause(one), names["causes"]) for one in found.causes],
        "gestures": list(map(_tried, found.gestures)),
        "groups": [_named(_line(one), names["groups"]) for one in found.groups],
        "sources": [_named(_line(one), names["sources"]) for one in found.sources],
        "known": {name: share_told(share) for name, share in found.known.items()},
    }


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


def _follow_up(found: Recovery) -> Json:
    held = found.held_days
    return {
        "in_48_hours": compared_json(found.in_48_hours),
        "attempted": share_told(found.attempted),
        "as_promised": share_told(found.as_promised),
        "acknowledged": share_told(found.acknowledged),
        "closed_without_contact": found.closed_without_contact,
        "on_track": found.on_track,
        "days": [_day(one, one.day in held) for one in found.by_day],
    }


def _day(one: DayOf48, is_held: bool) -> Json:
    return {"day": one.day, "in_48_hours": share_told(one.in_48_hours, is_held=is_held)}


def curve_json(curve: Curve) -> Json:
    told = is_told(curve.number)
    half, most = (curve.interval(part) if told else (None, None) for part in (0.5, 0.9))
    return {
        "number": curve.number if told or not curve.number else None,
        "happened": curve.happened if told or not curve.number else None,
        "is_held": bool(curve.number) and not told,
        "half_s": curve.quantile(0.5) if told else None,
        "half_low_s": half[0],
        "half_high_s": half[1],
        "nine_of_ten_s": curve.quantile(0.9) if told else None,
        "nine_of_ten_low_s": most[0],
        "nine_of_ten_high_s": most[1],
        "marks": [_mark(curve, at) for at in MARKS if at <= curve.longest] if told else [],
    }


def _mark(curve: Curve, at: int) -> Json:
    """The share for which it had happened by then."""
    step = curve.at(at)
    least, most = (step.interval if step else None) or (None, None)
    return {
        "at_s": at,
        "share": rounded(1 - step.survival if step else 0.0),
        "low": rounded(None if most is None else 1 - most),
        "high": rounded(None if least is None else 1 - least),
    }


def _recovered(found: Recovery) -> Json:
    return {
        "response": compared_json(found.response),
        "of_answered": compared_json(found.of_answered),
        "of_asked": compared_json(found.of_asked),
        "of_eligible": compared_json(found.of_eligible),
        "improved": share_told(found.improved),
    }


def _closure(found: Closure) -> Json:
    return {name: share_told(share) for name, share in vars(found).items()}


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


def _later(found: Later) -> Json:
    return {
        "type": found.type,
        "reached": paired_json(found.reached),
        "unreached": paired_json(found.unreached),
        "beside": _beside(found.beside),
    }


def _beside(found: Beside) -> Json:
    low, high = found.interval or (None, None)
    return {
        "difference": rounded(found.difference),
        "low": rounded(low),
        "high": rounded(high),
        "verdict": found.verdict,
    }


def _again(found: Recovery) -> Json:
    return {
        "reopened": _windows(found.reopened),
        "failed_again": _windows(found.failed_again),
        "same_cause_again": _windows(found.same_cause_again),
        "double_deviations": _double(found.double),
    }


def _windows(shares: Mapping[int, Share]) -> Json:
    return {f"within_{days}_days": share_told(share) for days, share in shares.items()}


def _double(found: Double) -> Json:
    return {**share_told(found.share), "won_back": compared_json(found.won_back)}


def cost_json(cost: Cost) -> Json:
    told = cost.is_told
    low, high = (cost.interval if told else None) or (None, None)
    return {
        "currency": cost.currency,
        "repairs": cost.repairs if told else None,
        "is_held": not told,
        "total": _amount(cost.total) if told else None,
        "won_back": cost.won_back if told else None,
        "per_won_back": _amount(cost.per_won_back) if told else None,
        "half": _amount(cost.half) if told else None,
        "half_low": _amount(low),
        "half_high": _amount(high),
    }


def _amount(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def _values(found: Values) -> Json:
    return {
        "at_risk": _worth(found.at_risk),
        "retained": _worth(found.retained),
        "unknown": found.unknown,
    }


def _worth(worth: Worth) -> Json:
    told = worth.is_told or not worth.customers
    return {
        "customers": worth.customers if told else None,
        "value": _amount(worth.value) if told else None,
        "is_held": not told,
    }


def _named(line: Json, names: Mapping[str, str]) -> Json:
    return {"key": line["key"], "name": names.get(line["key"], ""), **line}


def _cause(one: Cause) -> Json:
    held = one.is_held
    return {
        "key": one.slug,
        "is_held": held,
        "number": None if held else one.number,
        "before": None if held else one.before,
        "trend": "unknown" if held else one.trend,
        "last_at": None if held else one.last_at,
        "response": share_told(one.response, is_held=held),
        "won_back_of_answered": share_told(one.won_back_of_answered, is_held=held),
        "won_back": share_told(one.won_back, is_held=held),
        "failed_again": share_told(one.failed_again, is_held=held),
        "costs": [] if held else list(map(cost_json, one.costs)),
    }


def _tried(one: Tried) -> Json:
    held = one.is_held
    return {
        "failure": one.failure,
        "gesture": one.kind,
        "is_held": held,
        "number": None if held else one.number,
        "kept": share_told(one.kept, is_held=held),
        "response": share_told(one.response, is_held=held),
        "won_back": compared_json(one.won_back, is_held=held),
    }


def _line(one: Line) -> Json:
    held = one.is_held
    return {
        "key": one.slug,
        "is_held": held,
        "number": None if held else one.number,
        "in_48_hours": share_told(one.in_48_hours, is_held=held),
        "response": share_told(one.response, is_held=held),
        "of_answered": share_told(one.of_answered, is_held=held),
        "of_eligible": share_told(one.of_eligible, is_held=held),
    }

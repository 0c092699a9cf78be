"""The report of repairs as it is told over the API. What is held back is told as held, and nothing
else of it; shares have six decimals, times are whole seconds, amounts are texts."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from decimal import Decimal

from insights.measures.again import Double
from insights.measures.causes import Cause
from insights.measures.follow_up import DayOf48
from insights.measures.gestures import BY_CAUSE, BY_NOTHING, BY_TYPE, Tried
from insights.measures.held import is_told
from insights.measures.lines import Line
from insights.measures.money import Cost, Values, Worth
from insights.measures.recovered import Closure
from insights.measures.report import Recovery
from insights.measures.scores import Later
from insights.measures.survival import Curve
from insights.measures.times import MARKS
from insights.recovery_judged import items_json, playbooks_json, promoters_json
from insights.shares import Share
from insights.told_json import Json, beside_json, compared_json, paired_json, rounded, share_told

Names = Mapping[str, Mapping[str, str]]
_BOOKS = {BY_TYPE: "types", BY_CAUSE: "causes", BY_NOTHING: "causes"}


def recovery_json(found: Recovery, names: Names) -> Json:
    """`names` are those of groups, sources, causes, types of failure and playbooks, by slug."""
    return {
        "as_of": found.now,
        "repairs": len(found.rows),
        "eligible": found.eligible,
        "beside": found.beside,
        "follow_up": _follow_up(found),
        "times": {name: curve_json(curve) for name, curve in found.curves.items()},
        "recovered": _recovered(found),
        "closure": _closure(found.closure),
        "items": items_json(found),
        "scores": {"answers": paired_json(found.answers), "later": list(map(_later, found.later))},
        "promoters": promoters_json(found.promoters),
        "again": _again(found),
        "costs": list(map(cost_json, found.costs)),
        "value": _values(found.values),
        "causes": [_named(_cause(one), names["causes"]) for one in found.causes],
        "gestures": [_tried(one, names) for one in found.gestures],
        "playbooks": playbooks_json(found, names["playbooks"]),
        "groups": [_named(_line(one), names["groups"]) for one in found.groups],
        "sources": [_named(_line(one), names["sources"]) for one in found.sources],
        "known": {name: share_told(share) for name, share in found.known.items()},
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
        "marks": [_mark(curve, at) for at in _marks(curve)] if told else [],
    }


def _marks(curve: Curve) -> Sequence[int]:
    """As far as something is known; where it has happened to all of them, also the first mark by
    which it had."""
    is_over = bool(curve.steps) and not curve.steps[-1].survival
    if is_over:
        return MARKS[: bisect_left(MARKS, curve.longest) + 1]
    return MARKS[: bisect_right(MARKS, curve.longest)]


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
        "heard": share_told(found.heard),
    }


def _closure(found: Closure) -> Json:
    return {name: share_told(share) for name, share in vars(found).items()}


def _later(found: Later) -> Json:
    return {
        "type": found.type,
        "reached": paired_json(found.reached),
        "unreached": paired_json(found.unreached),
        "beside": beside_json(found.beside),
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


def _tried(one: Tried, names: Names) -> Json:
    held, failure = one.is_held, one.failure
    return {
        "failure": failure.slug,
        "named_by": failure.named_by,
        "name": names[_BOOKS[failure.named_by]].get(failure.slug, ""),
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

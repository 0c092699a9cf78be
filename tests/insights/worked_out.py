"""The report of repairs from its exported rows: the csv module, statsmodels, scipy and plain
arithmetic, without a line of ours."""

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from statistics import fmean, median
from typing import Any

from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

NUMBERS = (
    *("score_before", "score_after", "fair", "easy", "respect", "later_score"),
    *("playbook_version", "cycle", "ticket"),
)
LIMIT, FEWEST, LONG = timedelta(hours=48), 5, timedelta(days=90)
Row = dict[str, Any]


def read(row: dict[str, str]) -> Row:
    found: Row = dict(row)
    for name, text in row.items():
        if name.endswith("_at"):
            found[name] = datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None
    for name in NUMBERS:
        found[name] = int(row[name]) if row[name] else None
    for name in ("solved", "is_silent", "is_heard"):
        found[name] = {"yes": True, "no": False, "": None}[row[name]]
    found["costs"] = {c: Decimal(a) for c, a in pairs(row["costs"])}
    found["gestures"] = pairs(row["gestures"])
    found["value"] = Decimal(row["value"]) if row["value"] else None
    found["customer"] = row["person"] or f"ticket {row['ticket']}"
    return found


def pairs(text: str) -> list[tuple[str, str]]:
    return [tuple(one.split(":")) for one in text.split(";") if one]  # type: ignore[misc]


def counted(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["standing"] == "eligible"]


def within(at: datetime | None, since: datetime | None, window: timedelta = LIMIT) -> bool:
    return bool(at and since and since <= at <= since + window)


def old(rows: list[Row], now: datetime) -> list[Row]:
    found = []
    for row in counted(rows):
        owed, void = row["owed_at"], row["voided_at"] if row["follow_up"] == "void" else None
        if owed and owed + LIMIT <= now and not (void and void <= owed + LIMIT):
            found.append(row)
    return found


def won(row: Row) -> bool:
    return (
        bool(row["answered_at"]) and row["solved"] is not False and (row["score_after"] or 5) >= 4
    )


def is_improved(row: Row) -> bool:
    return bool(row["answered_at"]) and row["solved"] is not False and row["score_after"] == 3


def stood(rows: list[Row], now: datetime) -> list[Row]:
    """Those of the ten days before, as they were known ten days ago."""
    then = now - timedelta(days=10)
    found = []
    for one in counted(rows):
        row = dict(one)
        for name in ("asked_at", "answered_at"):
            row[name] = row[name] if row[name] and row[name] <= then else None
        if row["resolved_at"] and row["resolved_at"] > then:
            row["cause"] = ""
        found.append(row)
    return found


def share(flags: list[bool], *, hold: bool = False) -> Row:
    n, part = len(flags), sum(flags)
    names = ("part", "whole", "share", "low", "high")
    if hold or 0 < n < FEWEST:
        return {**dict.fromkeys(names), "is_held": True}
    if not n:
        return {**dict.fromkeys(names), "part": 0, "whole": 0, "is_held": False}
    low, high = proportion_confint(part, n, method="wilson")
    six = [round(float(value), 6) for value in (part / n, max(low, 0), min(high, 1))]
    return dict(zip(names, (part, n, *six), strict=True)) | {"is_held": False}


def compared(flags: list[bool], others: list[bool], *, hold: bool = False) -> Row:
    found = share(flags, hold=hold) | {"other": share(others, hold=hold)}
    blank = dict.fromkeys(("difference", "difference_low", "difference_high"))
    if hold or min(len(flags), len(others)) < FEWEST:
        return found | blank | {"change": "unknown"}
    counts = (sum(flags), len(flags), sum(others), len(others))
    low, high = confint_proportions_2indep(*counts, method="newcomb", compare="diff")
    difference = sum(flags) / len(flags) - sum(others) / len(others)
    change = "none" if low <= 0 <= high else "better" if low > 0 else "worse"
    told = (round(float(value), 6) for value in (difference, low, high))
    return found | dict(zip(blank, told, strict=True)) | {"change": change}


def paired(both: list[tuple[int, int]]) -> Row:
    n = len(both)
    blank = dict.fromkeys(("before", "after", "change", "low", "high"))
    if n < FEWEST:
        held = {"number": None if n else 0, "is_held": bool(n), "verdict": "unknown"}
        return blank | held
    changes = [after - before for before, after in both]
    low, high = stats.t.interval(0.95, n - 1, loc=fmean(changes), scale=stats.sem(changes))
    means = (fmean(b for b, _ in both), fmean(a for _, a in both), fmean(changes), low, high)
    six = dict(zip(blank, (round(float(value), 6) for value in means), strict=True))
    return six | {"number": n, "is_held": False, "verdict": verdict(low, high)}


def verdict(low: float, high: float) -> str:
    return "none" if low <= 0 <= high else "better" if low > 0 else "worse"


def first_of_each(rows: list[Row]) -> list[Row]:
    each: dict[tuple[str, str], Row] = {}
    for row in sorted(rows, key=lambda row: (row["received_at"], row["ticket"])):
        each.setdefault((row["customer"], row["score_type"]), row)
    return list(each.values())


def was_reached(row: Row, rows: list[Row]) -> bool:
    theirs = [one["reached_at"] for one in counted(rows) if one["customer"] == row["customer"]]
    return any(at and row["received_at"] <= at <= row["later_score_at"] for at in theirs)


def welch(some: list[tuple[int, int]], others: list[tuple[int, int]]) -> Row:
    blank = dict.fromkeys(("difference", "low", "high"))
    if min(len(some), len(others)) < FEWEST:
        return blank | {"verdict": "unknown"}
    a, b = ([after - before for before, after in side] for side in (some, others))
    low, high = stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.95)
    told = (round(float(value), 6) for value in (fmean(a) - fmean(b), low, high))
    return dict(zip(blank, told, strict=True)) | {"verdict": verdict(low, high)}


def is_second(row: Row) -> bool:
    before = row["failed_before_at"]
    return row["cycle"] > 1 or bool(before and row["received_at"] - before <= LONG)


def last_of_each(rows: list[Row]) -> Row:
    in_order = sorted(counted(rows), key=lambda r: (r["received_at"], r["ticket"], r["cycle"]))
    return {row["customer"]: row for row in in_order}


def cost_lines(rows: list[Row], last: Row) -> list[Row]:
    currencies = sorted({currency for row in rows for currency in row["costs"]})
    return [
        cost_line(currency, [r for r in rows if currency in r["costs"]], last)
        for currency in currencies
    ]


def cost_line(currency: str, rows: list[Row], last: Row) -> Row:
    names = ("repairs", "total", "won_back", "per_won_back", "half", "half_low", "half_high")
    if len(rows) < FEWEST:
        return {"currency": currency, **dict.fromkeys(names), "is_held": True}
    amounts = sorted(row["costs"][currency] for row in rows)
    whose = {row["customer"] for row in rows}
    winners = sum(won(row) for who, row in last.items() if who in whose)
    place = int(stats.binom.ppf(0.025, len(amounts), 0.5))
    ends = (amounts[place - 1], amounts[-place]) if place else (None, None)
    sums = (sum(amounts), sum(amounts) / winners if winners else None, median(amounts), *ends)
    total, each, half, low, high = (one and cents(one) for one in sums)
    told = (len(rows), total, winners, each, half, low, high)
    return {"currency": currency, **dict(zip(names, told, strict=True)), "is_held": False}


def cents(amount: Decimal) -> str:
    return str(amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN))


def held(counts: dict[str, int]) -> set[str]:
    """Smaller than five; and, so that these cannot be told by what is left, the next smallest."""
    found = {key for key, number in counts.items() if number < FEWEST}
    rest = sorted(counts.keys() - found, key=lambda key: (counts[key], key))
    while found and rest and (len(found) < 2 or sum(counts[k] for k in found) < FEWEST):
        found.add(rest.pop(0))
    return found


def by(rows: list[Row], name: str) -> dict[str, list[Row]]:
    found = defaultdict(list)
    for row in rows:
        found[row[name]].append(row)
    return found


def tried(failure: tuple[str, str], kind: str, rows: list[Row]) -> Row:
    made = {(kind, "promised"), (kind, "kept")}
    unclear = {(kind, "waiting"), (kind, "broken")}
    with_it = [r for r in rows if made & set(r["gestures"])]
    sides = [with_it, [r for r in rows if not (made | unclear) & set(r["gestures"])]]
    hide = len(sides[0]) < FEWEST
    kept = [(kind, "kept") in row["gestures"] for row in sides[0]]
    response = [bool(row["answered_at"]) for row in sides[0] if row["asked_at"]]
    answers = [[won(row) for row in side if row["answered_at"]] for side in sides]
    return {
        "failure": failure[0],
        "named_by": failure[1],
        "gesture": kind,
        "is_held": hide,
        "number": None if hide else len(sides[0]),
        "kept": share(kept, hold=hide),
        "response": share(response, hold=hide),
        "won_back": compared(*answers, hold=hide),
    }


JUSTICE = {
    "fair": {"refund", "discount", "voucher", "credit", "fee_waiver", "replacement"},
    "easy": {"correction", "priority_handling", "exception"},
    "respect": {"acknowledgement", "apology", "explanation", "call", "manager_call"},
}


def kinds(row: Row, *states: str) -> set[str]:
    return {kind for kind, state in row["gestures"] if state in states}


def playbook_line(rows: list[Row], *, hide: bool = False) -> Row:
    uses = {
        use: share([row["playbook_use"] == use for row in rows], hold=hide)
        for use in ("followed", "left", "unsaid")
    }
    answered = [row for row in rows if row["answered_at"]]
    sides = [
        [won(row) for row in answered if (row["playbook_use"] == "followed") == side]
        for side in (True, False)
    ]
    asked = [bool(row["answered_at"]) for row in rows if row["asked_at"]]
    return uses | {
        "response": share(asked, hold=hide),
        "won_back": compared(*sides, hold=hide),
    }


def mark(score: int) -> int:
    return 1 if score >= 9 else -1 if score <= 6 else 0


def net(scores: list[int]) -> Row:
    """Adjusted Wald, as the research writes it: three more, three quarters on either side."""
    n, promoters = len(scores), sum(score >= 9 for score in scores)
    detractors = sum(score <= 6 for score in scores)
    p, d = (promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3)
    far = stats.norm.ppf(0.975) * ((p + d - (p - d) ** 2) / (n + 3)) ** 0.5
    ends = (max(p - d - far, -1), min(p - d + far, 1))
    low, high = (round(float(value), 6) for value in ends)
    counts = {"number": n, "promoters": promoters, "detractors": detractors, "is_held": False}
    return counts | {"nps": round((promoters - detractors) / n, 6), "low": low, "high": high}

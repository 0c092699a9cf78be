"""Every figure of the report of repairs can be worked out from its exported rows alone: here with
the csv module, statsmodels, scipy and plain arithmetic, and without a line of ours."""

import csv
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from statistics import fmean

import pytest
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

from tests.cast import Cast, api
from tests.insights.repairing import make_records
from tests.insights.worked_out import (
    JUSTICE,
    LONG,
    Row,
    by,
    cents,
    compared,
    cost_lines,
    counted,
    first_of_each,
    held,
    is_improved,
    is_second,
    kinds,
    last_of_each,
    mark,
    net,
    old,
    paired,
    playbook_line,
    read,
    share,
    stood,
    tried,
    was_reached,
    welch,
    within,
    won,
)

pytestmark = pytest.mark.django_db

URL = "/api/v1/reports/recovery"
PERIOD, BEFORE = "first=2026-11-08&last=2026-11-17", "first=2026-10-29&last=2026-11-07"


@pytest.fixture
def told(cast: Cast) -> Row:
    make_records([cast.group, cast.other_group], 600, seed=3, days=17)
    found = api(cast.admin).get(f"{URL}?{PERIOD}")
    assert found.status_code == 200, found.content
    return found.json()


@pytest.fixture
def rows(cast: Cast, told: Row) -> list[Row]:
    return exported(cast, PERIOD)


@pytest.fixture
def earlier(cast: Cast, told: Row) -> list[Row]:
    return exported(cast, BEFORE)


def exported(cast: Cast, period: str) -> list[Row]:
    answer = api(cast.admin).get(f"{URL}/rows.csv?{period}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return [read(row) for row in csv.DictReader(StringIO(text))]


def test_who_counts(told: Row, rows: list[Row]) -> None:
    assert told["repairs"] == len(rows) > 300
    assert told["eligible"] == len(counted(rows)) > 250
    for why, number in told["beside"].items():
        assert number == sum(row["standing"] == why for row in rows) > 0


def test_follow_up(told: Row, rows: list[Row], earlier: list[Row]) -> None:
    found, now = told["follow_up"], datetime.fromisoformat(told["as_of"])
    in_time = [[within(r["met_at"], r["owed_at"]) for r in old(s, now)] for s in (rows, earlier)]
    assert found["in_48_hours"] == compared(*in_time)
    tried = [within(row["attempted_at"], row["owed_at"]) for row in old(rows, now)]
    assert found["attempted"] == share(tried)
    due = [r for r in counted(rows) if r["due_at"] and r["due_at"] <= now]
    kept = [r["follow_up"] == "met" for r in due if r["follow_up"] != "void"]
    assert 0 < sum(kept) < len(kept) < len(counted(rows))
    assert found["as_promised"] == share(kept)
    first = [row for row in counted(rows) if row["cycle"] == 1]
    assert found["acknowledged"] == share([bool(row["acknowledged_at"]) for row in first])
    assert found["closed_without_contact"] == len(counted(rows)) - len(old(rows, now)) > 0
    assert found["on_track"] == 0
    by_day: dict[str, list[bool]] = defaultdict(list)
    for row in old(rows, now):
        day = row["received_at"].astimezone(UTC).date().isoformat()
        by_day[day].append(within(row["met_at"], row["owed_at"]))
    assert found["days"] == [
        {"day": day, "in_48_hours": share(flags)} for day, flags in sorted(by_day.items())
    ]


@pytest.mark.parametrize("what", ["acknowledge", "first_contact", "close"])
def test_times(told: Row, rows: list[Row], what: str) -> None:
    now = datetime.fromisoformat(told["as_of"])
    took, done = [], []
    for row in counted(rows):
        if what != "first_contact" and row["cycle"] > 1:
            continue
        ends = {
            "acknowledge": [row["acknowledged_at"], row["reached_at"]],
            "first_contact": [row["reached_at"]],
            "close": [row["ended_at"]],
        }[what]
        end = min((at for at in ends if at), default=None)
        happened = end is not None and end <= now
        took.append(int(((end if happened else now) - row["received_at"]).total_seconds()))
        done.append(happened)
    found, by_others = told["times"][what], SurvfuncRight(took, done)
    assert (found["number"], found["happened"]) == (len(took), sum(done))
    steps = list(zip(by_others.surv_times, by_others.surv_prob, strict=True))
    for name, part in (("half", 0.5), ("nine_of_ten", 0.9)):
        low, high = by_others.quantile_ci(part, method="cloglog")
        # It wants less than a half to be left where exactly a half is; what floats make of that
        # is chance.
        there = next((at for at, left in steps if left <= 1 - part + 1e-9), float("inf"))
        wanted = [there, low, high]
        told_by_us = [found[f"{name}_s"], found[f"{name}_low_s"], found[f"{name}_high_s"]]
        assert told_by_us == [int(one) if one < float("inf") else None for one in wanted]
    assert len(found["marks"]) > 10
    for point in found["marks"]:
        left = [left for at, left in steps if at <= point["at_s"]]
        assert point["share"] == round(1 - (left[-1] if left else 1), 6)


def test_recovered(told: Row, rows: list[Row], earlier: list[Row]) -> None:
    both = [counted(rows), stood(earlier, datetime.fromisoformat(told["as_of"]))]
    asked = [[row for row in some if row["asked_at"]] for some in both]
    answers = [[row for row in some if row["answered_at"]] for some in both]
    found = told["recovered"]
    assert found["response"] == compared(
        *([bool(r["answered_at"]) for r in some] for some in asked)
    )
    assert found["of_answered"] == compared(*([won(row) for row in some] for some in answers))
    assert found["of_asked"] == compared(*([won(row) for row in some] for some in asked))
    assert found["of_eligible"] == compared(*([won(row) for row in some] for some in both))
    assert found["improved"] == share([is_improved(row) for row in answers[0]])
    assert found["heard"] == share([row["is_heard"] for row in answers[0]])
    assert 0 < found["heard"]["part"] < found["heard"]["whole"]
    declared = [r for r in both[0] if r["resolved_at"] or r["closed_by"] == "agent"]
    confirmed = [won(row) or is_improved(row) for row in declared]
    denied = [
        bool(r["answered_at"]) and not yes for r, yes in zip(declared, confirmed, strict=True)
    ]
    silent = [row["is_silent"] for row in declared]
    untold = [not any(three) for three in zip(confirmed, denied, silent, strict=True)]
    flags = {"confirmed": confirmed, "denied": denied, "silent": silent, "untold": untold}
    assert told["closure"] == {name: share(some) for name, some in flags.items()}


def test_scores(told: Row, rows: list[Row]) -> None:
    of_five = [
        r for r in counted(rows) if r["score_type"] in ("csat", "stars") and r["score_after"]
    ]
    assert told["scores"]["answers"] == paired(
        [(row["score_before"], row["score_after"]) for row in of_five]
    )
    now = datetime.fromisoformat(told["as_of"])
    known = [
        row
        for row in old(rows, now)
        if row["cycle"] == 1
        and row["class_before"] == "negative"
        and row["later_score"] is not None
        and within(row["later_score_at"], row["received_at"], LONG)
    ]
    known = first_of_each(known)
    assert {one["type"] for one in told["scores"]["later"]} == {r["score_type"] for r in known}
    for one in told["scores"]["later"]:
        some = [row for row in known if row["score_type"] == one["type"]]
        sides = [
            [(r["score_before"], r["later_score"]) for r in some if was_reached(r, rows) == side]
            for side in (True, False)
        ]
        assert [one["reached"], one["unreached"]] == [paired(side) for side in sides]
        assert one["beside"] == welch(*sides)


def test_again(told: Row, rows: list[Row]) -> None:
    now = datetime.fromisoformat(told["as_of"])
    first = [row for row in counted(rows) if row["cycle"] == 1 and row["person"]]
    for days in (30, 90):
        window, name = timedelta(days=days), f"within_{days}_days"
        seen = [row for row in first if row["received_at"] + window <= row["looked_at"]]
        flags = [within(row["failed_again_at"], row["received_at"], window) for row in seen]
        assert told["again"]["failed_again"][name] == share(flags)
        same = [row for row in seen if row["cause"]]
        flags = [within(row["same_cause_again_at"], row["received_at"], window) for row in same]
        assert told["again"]["same_cause_again"][name] == share(flags)
        done = [r for r in counted(rows) if r["resolved_at"] and r["resolved_at"] + window <= now]
        flags = [within(row["reopened_at"], row["resolved_at"], window) for row in done]
        assert told["again"]["reopened"][name] == share(flags)
    twice = [is_second(row) for row in counted(rows)]
    sides = [[won(r) for r in counted(rows) if is_second(r) == side] for side in (True, False)]
    assert told["again"]["double_deviations"] == share(twice) | {"won_back": compared(*sides)}


def test_money(told: Row, rows: list[Row]) -> None:
    last, worth = last_of_each(rows), {}
    spent = [row for row in rows if row["standing"] in ("eligible", "merged")]
    assert told["costs"] == cost_lines(spent, last)
    assert {"EUR", "KRW"} <= {one["currency"] for one in told["costs"]}
    for row in counted(rows):
        if row["value"] is not None:
            worth[row["customer"]] = max(row["value"], worth.get(row["customer"], Decimal()))
    for name, side in (("retained", True), ("at_risk", False)):
        some = [value for who, value in worth.items() if won(last[who]) == side]
        value = {"customers": len(some), "value": cents(sum(some, Decimal())), "is_held": False}
        assert told["value"][name] == value
    assert told["value"]["unknown"] == len(last) - len(worth) > 0


def test_causes(told: Row, rows: list[Row], earlier: list[Row]) -> None:
    known_before = stood(earlier, datetime.fromisoformat(told["as_of"]))
    some, before = by(counted(rows), "cause"), by(known_before, "cause")
    hidden = held({cause: len(of_it) for cause, of_it in some.items()})
    assert {one["key"] for one in told["causes"]} == some.keys()
    for one in told["causes"]:
        of_it, hide = some[one["key"]], one["key"] in hidden
        answers = [row for row in of_it if row["answered_at"]]
        asked = [row for row in of_it if row["asked_at"]]
        month = timedelta(days=30)
        first = [r for r in of_it if r["cycle"] == 1 and r["person"]]
        seen = [r for r in first if r["received_at"] + month <= r["looked_at"]]
        again = [within(row["failed_again_at"], row["received_at"], month) for row in seen]
        assert one["is_held"] == hide
        assert one["response"] == share([bool(row["answered_at"]) for row in asked], hold=hide)
        assert one["won_back_of_answered"] == share([won(row) for row in answers], hold=hide)
        assert one["won_back"] == share([won(row) for row in of_it], hold=hide)
        assert one["failed_again"] == share(again, hold=hide)
        if not hide:
            now, then = len(of_it), len(before.get(one["key"], []))
            assert (one["number"], one["before"]) == (now, then)
            low, high = proportion_confint(now, now + then, method="wilson")
            assert one["trend"] == ("more" if low > 0.5 else "fewer" if high < 0.5 else "none")
            last = max(row["received_at"] for row in of_it)
            assert datetime.fromisoformat(one["last_at"]) == last
            assert one["costs"] == cost_lines(of_it, last_of_each(rows))


def test_gestures(told: Row, rows: list[Row]) -> None:
    for row in rows:
        named_by = "type" if row["failure_type"] else "cause" if row["cause"] else ""
        row["failure"] = (row["failure_type"] or row["cause"], named_by)
    wanted = []
    for failure, some in sorted(by(counted(rows), "failure").items()):
        kinds = sorted({k for r in some for k, s in r["gestures"] if s in ("promised", "kept")})
        wanted += [tried(failure, kind, some) for kind in kinds]
    assert [{k: v for k, v in one.items() if k != "name"} for one in told["gestures"]] == wanted
    assert len(wanted) > 4


@pytest.mark.parametrize("item", ["overall", *JUSTICE])
def test_items(told: Row, rows: list[Row], item: str) -> None:
    column = "score_after" if item == "overall" else item
    answered = [row for row in counted(rows) if row["answered_at"]]
    scored = [row for row in answered if row[column] is not None]
    scores = [row[column] for row in scored]
    ends = stats.t.interval(0.95, len(scores) - 1, loc=fmean(scores), scale=stats.sem(scores))
    mean, low, high = (round(float(value), 6) for value in (fmean(scores), *ends))
    wanted = {
        "answered": share([row[column] is not None for row in answered]),
        "good": share([score in (4, 5) for score in scores]),
        **{"mean": mean, "mean_low": low, "mean_high": high},
    }
    if item in JUSTICE:
        with_it = [row for row in scored if kinds(row, "promised", "kept") & JUSTICE[item]]
        every = ("promised", "kept", "waiting", "broken")
        without = [row for row in scored if not kinds(row, *every) & JUSTICE[item]]
        sides = [[row[column] in (4, 5) for row in side] for side in (with_it, without)]
        wanted["with_gesture"] = compared(*sides)
    assert told["items"][item] == wanted


def test_the_lowest_item(told: Row, rows: list[Row]) -> None:
    answered = [row for row in counted(rows) if row["answered_at"]]
    whole = [row for row in answered if all(row[item] is not None for item in JUSTICE)]
    lowest, following, _ = sorted(JUSTICE, key=lambda item: fmean(row[item] for row in whole))
    pairs = paired([(row[following], row[lowest]) for row in whole])
    assert told["items"]["lowest"] == pairs | {
        **{"item": lowest, "next": following, "is_lowest": pairs["verdict"] == "worse"}
    }
    assert (lowest, pairs["verdict"]) == ("fair", "worse")


def test_playbooks(told: Row, rows: list[Row]) -> None:
    used = [row for row in counted(rows) if row["playbook"]]
    found = dict(told["playbooks"])
    by_playbook = found.pop("by_playbook")
    on_record = share([bool(row["playbook"]) for row in counted(rows)])
    assert found == {"on_record": on_record, **playbook_line(used)}
    some: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in used:
        some[row["playbook"], row["playbook_version"]].append(row)
    hidden = held({key: len(of_it) for key, of_it in some.items()})
    assert {(one["key"], one["version"]) for one in by_playbook} == some.keys()
    for one in by_playbook:
        hide = (one["key"], one["version"]) in hidden
        line = playbook_line(some[one["key"], one["version"]], hide=hide)
        head = {"key": one["key"], "name": "", "version": one["version"], "is_held": hide}
        assert one == head | line


def test_net_promoters(told: Row, rows: list[Row]) -> None:
    now, found = datetime.fromisoformat(told["as_of"]), told["promoters"]
    first = [row for row in counted(rows) if row["cycle"] == 1 and row["score_type"] == "nps"]
    assert found["before"] == net([row["score_before"] for row in first])
    each = first_of_each(
        [
            row
            for row in old(rows, now)
            if row["cycle"] == 1
            and row["score_type"] == "nps"
            and within(row["later_score_at"], row["received_at"], LONG)
        ]
    )
    sides: Row = {
        "all": each,
        "reached": [row for row in each if was_reached(row, rows)],
        "unreached": [row for row in each if not was_reached(row, rows)],
    }
    for name, some in sides.items():
        before, after = ([row[c] for row in some] for c in ("score_before", "later_score"))
        marks = paired([(mark(b), mark(a)) for b, a in zip(before, after, strict=True)])
        assert found[name] == marks | {"before": net(before), "after": net(after)}
    both = (
        [(mark(row["score_before"]), mark(row["later_score"])) for row in sides[name]]
        for name in ("reached", "unreached")
    )
    assert found["beside"] == welch(*both)


@pytest.mark.parametrize("cut", ["group", "source"])
def test_lines(told: Row, rows: list[Row], cut: str) -> None:
    some, now = by(counted(rows), cut), datetime.fromisoformat(told["as_of"])
    hidden = held({key: len(of_it) for key, of_it in some.items()})
    assert {one["key"] for one in told[f"{cut}s"]} == some.keys()
    for one in told[f"{cut}s"]:
        of_it, hide = some[one["key"]], one["key"] in hidden
        in_time = [within(row["met_at"], row["owed_at"]) for row in old(of_it, now)]
        asked = [bool(row["answered_at"]) for row in of_it if row["asked_at"]]
        answers = [won(row) for row in of_it if row["answered_at"]]
        assert (one["is_held"], one["number"]) == (hide, None if hide else len(of_it))
        assert one["in_48_hours"] == share(in_time, hold=hide)
        assert one["response"] == share(asked, hold=hide)
        assert one["of_answered"] == share(answers, hold=hide)
        assert one["of_eligible"] == share([won(row) for row in of_it], hold=hide)


def test_what_is_known(told: Row, rows: list[Row]) -> None:
    columns = {
        "monetary": "is_monetary",
        "process": "is_process",
        "controllable": "is_controllable",
        "customer": "person",
    }
    for name, found in told["known"].items():
        column = columns.get(name, name)
        assert found == share([row[column] not in ("", None) for row in counted(rows)])


def test_nothing_is_told_that_was_not_worked_out_here(told: Row) -> None:
    assert told.keys() == {
        *("first", "last", "time_zone", "as_of", "waiting", "repairs", "eligible", "beside"),
        *("follow_up", "times", "recovered", "closure", "scores", "again", "costs", "value"),
        *("causes", "gestures", "groups", "sources", "known"),
        *("items", "playbooks", "promoters"),
    }

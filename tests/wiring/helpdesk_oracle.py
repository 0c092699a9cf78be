"""What every clock of the helpdesk's log must say, reckoned by a stopwatch that somebody holds.

It knows the log and the calendar, and none of our code: open intervals are laid end to end from
the receipt on, and the watch is stopped and started by hand.
"""

import csv
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ATHENS = ZoneInfo("Europe/Athens")
DAY = timedelta(days=1)
OFFICE = [(time(8), time(12, 30)), (time(13, 30), time(18))]
MORNING = OFFICE[:1]
CLOSED_ON = {(1, 1), (1, 6), (5, 1), (8, 15), (12, 25), (12, 26)}
ONLY_MORNING_ON = {(12, 24), (12, 31)}
TARGETS = {
    "round-the-clock": {"acknowledge": 24, "follow_up": 48, "resolve": 720},
    "opening-hours": {"acknowledge": 9, "follow_up": 45, "resolve": 180},
}


def opening_hours(day):
    """Intervals of this date in UTC, the night of Saturday reaching into Sunday."""
    if (day.month, day.day) in CLOSED_ON:
        hours = []
    elif (day.month, day.day) in ONLY_MORNING_ON:
        hours = MORNING
    elif day.weekday() == 5:
        hours = [(time(22), time(6))]
    else:
        hours = OFFICE if day.weekday() < 5 else []
    for opens, closes in hours:
        end = day + DAY if closes < opens else day
        yield in_utc(day, opens), in_utc(end, closes)


def in_utc(day: date, wall: time):
    return datetime.combine(day, wall, ATHENS).astimezone(UTC)


def open_from(at, policy):
    """Open intervals from this instant on, without end."""
    if policy == "round-the-clock":
        yield at, datetime.max.replace(tzinfo=UTC)
        return
    day = at.astimezone(ATHENS).date() - DAY
    while True:
        for opens, closes in opening_hours(day):
            if closes > at:
                yield max(opens, at), closes
        day += DAY


class Stopwatch:
    """One clock. `left` was to run at the instant `at`, since when it runs or stands still."""

    def __init__(self, case, kind, cycle, policy, at):
        self.case, self.kind, self.cycle, self.policy = case, kind, cycle, policy
        self.started = self.at = at
        self.left = self.target = timedelta(hours=TARGETS[policy][kind])
        self.state, self.met, self.void = "running", None, None
        self.was_waiting, self.waited = False, timedelta(0)

    @property
    def is_over(self):
        return self.met is not None or self.void is not None

    @property
    def due(self):
        return None if self.state == "paused" or self.was_waiting else self.runs_out()

    def runs_out(self):
        left = self.left
        if not left:
            return self.at
        for opens, closes in open_from(self.at, self.policy):
            if closes - opens >= left:
                return opens + left
            left -= closes - opens

    def look(self, now):
        """Broken once its time has run out."""
        if self.state == "running" and self.runs_out() < now:
            self.state = "breached"

    def pause(self, now):
        self.look(now)
        if self.state == "running":
            for opens, closes in open_from(self.at, self.policy):
                if opens >= now:
                    break
                self.left -= min(closes, now) - opens
            self.state, self.at = "paused", now

    def go_on(self, now):
        if self.state == "paused":
            self.waited += now - self.at
            self.state, self.at = "running", now

    def meet(self, now):
        self.look(now)
        if not self.is_over:
            self.met = now
            self.state = "met" if self.state == "running" else self.state

    def give_up(self, now):
        self.look(now)
        if not self.is_over:
            self.was_waiting = self.state == "paused"
            if self.was_waiting:
                self.waited += now - self.at
            self.void = now
            self.state = "breached" if self.state == "breached" else "void"

    def says(self, now):
        """As a row of the file that the replay writes."""
        self.look(now)
        so_far = self.target - self.left
        waiting = now - self.at if self.state == "paused" else timedelta(0)
        return {
            "case": self.case,
            "policy": self.policy,
            "kind": self.kind,
            "cycle": str(self.cycle),
            "state": self.state,
            "started_at": said(self.started),
            "due_at": said(self.due),
            "met_at": said(self.met),
            "breached_at": said(self.due if self.state == "breached" else None),
            "voided_at": said(self.void),
            "paused_s": str(round((self.waited + waiting).total_seconds())),
            "counted_s": str(round((self.target if self.due else so_far).total_seconds())),
        }


def said(at):
    return at.isoformat() if at else ""


class Case:
    def __init__(self, name, policy, at):
        self.name, self.policy, self.phase = name, policy, "open"
        self.all = []
        for kind in ("acknowledge", "follow_up", "resolve"):
            self.start(kind, at)

    def start(self, kind, at):
        cycle = 1 + sum(clock.kind == kind for clock in self.all)
        self.all.append(Stopwatch(self.name, kind, cycle, self.policy, at))

    def newest(self, kind):
        return [clock for clock in self.all if clock.kind == kind][-1]

    def hear(self, activity, now):
        if activity == "Take in charge ticket":
            self.take_in_charge(now)
        elif activity == "Wait" and self.phase != "waiting":
            self.take_up_again(now)
            self.newest("resolve").pause(now)
            self.phase = "waiting"
        elif activity == "Resolve ticket" and self.phase != "closed":
            self.resolve(now)
        elif activity == "Closed":
            for clock in self.all:
                clock.give_up(now)
            self.phase = "closed"

    def take_in_charge(self, now):
        self.newest("resolve").go_on(now)
        self.take_up_again(now)
        self.newest("acknowledge").meet(now)
        self.phase = "open"

    def take_up_again(self, now):
        if self.phase in ("resolved", "closed"):
            self.start("follow_up", now)
            self.start("resolve", now)

    def resolve(self, now):
        self.newest("acknowledge").meet(now)
        self.newest("follow_up").meet(now)
        if self.phase != "resolved":
            self.newest("resolve").go_on(now)
            self.newest("resolve").meet(now)
        self.phase = "resolved"


def reckon(path):
    """Every clock of the log, by case, kind and cycle, a day after its last event."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    events = [(datetime.fromisoformat(r["time:timestamp"]).astimezone(UTC), r) for r in rows]
    events.sort(key=lambda event: event[0])
    cases = {}
    for at, row in events:
        name = row["case:concept:name"]
        if name not in cases:
            policy = ("round-the-clock", "opening-hours")[len(cases) % 2]
            cases[name] = Case(name, policy, at)
        cases[name].hear(row["concept:name"], at)
    end = events[-1][0] + DAY
    said = [clock.says(end) for case in cases.values() for clock in case.all]
    return {(row["case"], row["kind"], row["cycle"]): row for row in said}

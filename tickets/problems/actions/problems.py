"""A problem is opened, understood, planned to be fixed, and fixed; or is not, after all."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from accounts.models import User
from cxloop.kernel.errors import Conflict, Fault, Refused
from cxloop.kernel.shapes import EARLIEST, LATEST
from tickets.problems.actions.announce import stop_all
from tickets.problems.actions.watch import begin_watch, end_watch
from tickets.problems.history import note
from tickets.problems.lifecycle import FIXED, MOVES
from tickets.problems.models import Problem, ProblemTicket, Watch

GATHERS_BACK = timedelta(days=90)
USUALLY_LEFT = 0.5
# Where the sun rises first it is tomorrow already.
FIRST_TO_BEGIN_A_DAY = timedelta(hours=14)
LONGEST_TITLE, LONGEST_TEXT = 200, 10_000
MOST_LINKS, LONGEST_LABEL, LONGEST_URL = 20, 120, 2_000
# What its tickets are taken up by, and of that what the watch counts by while it is fixed.
WATCHED_BY = ("root_cause", "group")
GATHERED_BY = (*WATCHED_BY, "gathers_from", "gathers")


def open_problem(facts: Mapping[str, Any], *, by: User, now: datetime) -> Problem:
    """`facts` by the columns of a problem; its owner is who opens it, unless another is named. One
    that gathers begins with the tickets of the ninety days before. Raises Refused."""
    given = {"owner": by, "gathers": True, "gathers_from": now - GATHERS_BACK, **facts}
    problem = Problem(**given, opened_at=now, opened_by=by)
    _check(problem)
    _check_owner(problem)
    _look_back(problem, now)
    problem.save(force_insert=True)
    reason = {"root_cause": problem.root_cause.slug, "owner": problem.owner.brief()}
    note(problem, "opened", by, now=now, reason=reason)
    return problem


def change_problem(
    problem: Problem, facts: Mapping[str, Any], *, by: User, now: datetime
) -> list[str]:
    """The names of what is changed; the same again changes and writes nothing. Raises Refused, and
    Conflict `illegal_move` for what a fixed problem is watched by. The problem must be locked."""
    changed = [name for name, value in facts.items() if getattr(problem, name) != value]
    anew = [name for name in changed if name in GATHERED_BY]
    if problem.state == FIXED and set(WATCHED_BY) & set(anew):
        detail = "It is watched by its root cause and its group. Reopen it to change them."
        raise Conflict(detail, code="illegal_move")
    before = {name: _in_words(getattr(problem, name)) for name in changed}
    for name in changed:
        setattr(problem, name, facts[name])
    _check(problem)
    if {"owner", "group"} & set(changed):
        _check_owner(problem)
    if anew:
        _gather_anew(problem, anew, now)
    if changed:
        problem.save()
        after = {name: _in_words(getattr(problem, name)) for name in changed}
        note(problem, "changed", by, now=now, reason={"from": before, "to": after})
    return changed


def _gather_anew(problem: Problem, anew: list[str], now: datetime) -> None:
    """Of what the rule took up goes what another cause or group took up, or what is from before the
    day it gathers from; where it gathers it is taken up again if it holds still. What people put in
    stays, and so does all where it only gathers no more."""
    by_rule = ProblemTicket.objects.standing().filter(problem=problem, how="rule")
    if not set(WATCHED_BY) & set(anew):
        by_rule = by_rule.filter(ticket__created_at__lt=problem.gathers_from)
    by_rule.update(out_at=now)
    _look_back(problem, now)


def _look_back(problem: Problem, now: datetime) -> None:
    problem.looks_back_at = now if problem.gathers else None
    problem.looked_back_to, problem.looked_back_ticket = None, 0


def analyse_problem(problem: Problem, *, by: User, now: datetime, text: str = "") -> None:
    """Raises Conflict `illegal_move`, as all moves do. The problem must be locked."""
    _move(problem, "analyse")
    problem.save()
    note(problem, problem.state, by, now=now, text=_said(text))


def plan_fix(
    problem: Problem, *, planned_for: date | None = None, by: User, now: datetime, text: str = ""
) -> None:
    _move(problem, "plan")
    problem.planned_for = planned_for or problem.planned_for
    _check(problem)
    problem.save()
    day = problem.planned_for.isoformat() if problem.planned_for else None
    note(problem, problem.state, by, now=now, text=_said(text), reason={"planned_for": day})


def fix_problem(
    problem: Problem,
    *,
    fixed_on: date,
    expected_left: float = USUALLY_LEFT,
    by: User,
    now: datetime,
    text: str = "",
) -> Watch:
    """The cause was removed on that day, in UTC; of its old rate `expected_left`, 0 to 1, is
    claimed to be left, and the watch over that claim begins the day after."""
    if fixed_on > (now + FIRST_TO_BEGIN_A_DAY).astimezone(UTC).date():
        raise Refused.at("/fixed_on", "in_the_future", "Say it when it is done.")
    if not 0 <= expected_left <= 1:
        raise Refused.at("/expected_left", "out_of_range", "A share from 0 to 1.")
    if fixed_on < (now - timedelta(days=366)).date():
        raise Refused.at("/fixed_on", "out_of_range", "A day of the past year.")
    _move(problem, "fix")
    problem.fixed_on = fixed_on
    problem.save()
    reason = {"fixed_on": fixed_on.isoformat(), "expected_left": expected_left}
    note(problem, problem.state, by, now=now, text=_said(text), reason=reason)
    begun = datetime.combine(fixed_on + timedelta(days=1), time(), UTC)
    return begin_watch(problem, begun_at=begun, expected_left=expected_left)


def reopen_problem(problem: Problem, *, reason: str, by: User, now: datetime) -> None:
    """By hand, with a reason; the watch ends."""
    if not reason.strip():
        raise Refused.at("/reason", "required", "Say why.")
    _move(problem, "reopen")
    problem.fixed_on = None
    problem.save()
    end_watch(problem, Watch.Why.REOPENED, now=now)
    note(problem, "reopened", by, now=now, text=_said(reason))


# By the verbs of the table of moves.
MAKES: Mapping[str, Callable[..., object]] = {
    "analyse": analyse_problem,
    "plan": plan_fix,
    "fix": fix_problem,
    "reopen": reopen_problem,
}


def archive_problem(problem: Problem, *, by: User, now: datetime) -> None:
    """It stands only among archived ones and takes up nothing more; what was counted and told
    stays. What is being sent is stopped: nobody could stop it afterwards."""
    stop_all(problem, by=by, now=now)
    problem.archived_at = now
    problem.looks_back_at = None
    problem.save()
    end_watch(problem, Watch.Why.ARCHIVED, now=now)
    note(problem, "archived", by, now=now)


def _move(problem: Problem, verb: str) -> None:
    move = MOVES[verb]
    if problem.state not in move.allowed:
        detail = f"It is {problem.state}; {verb} is possible while it is "
        raise Conflict(detail + " or ".join(move.allowed) + ".", code="illegal_move")
    problem.state = move.to


def _said(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise Refused.at("/text", "too_long", f"At most {LONGEST_TEXT:,} characters.")
    return text.strip()


def _check(problem: Problem) -> None:
    problem.title = " ".join(problem.title.split())
    if faults := [*_in_words_of(problem), *_in_links(problem.links)]:
        raise Refused(faults)


def _check_owner(problem: Problem) -> None:
    """Where it is said who that is, or whose the problem is: whoever has left since is in nobody's
    way."""
    owner = problem.owner
    seen = owner.is_active and owner.kind == User.Kind.PERSON
    if seen and problem.group and not owner.reads_everything:
        seen = owner.memberships.filter(group=problem.group).exists()
    if not seen:
        raise Refused.at("/owner", "cannot_own", "Somebody active who sees the problem.")


def _in_words_of(problem: Problem) -> Iterator[Fault]:
    if not problem.title:
        yield Fault("/title", "required", "Say what it is called.")
    if len(problem.title) > LONGEST_TITLE:
        yield Fault("/title", "too_long", f"At most {LONGEST_TITLE} characters.")
    if problem.planned_for and not EARLIEST.date() <= problem.planned_for <= LATEST.date():
        yield Fault("/planned_for", "out_of_range", "A day of the years from 1900 to 2999.")
    if len(problem.description) > LONGEST_TEXT:
        yield Fault("/description", "too_long", f"At most {LONGEST_TEXT:,} characters.")


def _in_links(links: list[dict[str, str]]) -> Iterator[Fault]:
    if len(links) > MOST_LINKS:
        yield Fault("/links", "too_many", f"At most {MOST_LINKS} links.")
    for number, link in enumerate(links[:MOST_LINKS]):
        if not _is_address(link["url"]):
            detail = "An address that begins with http:// or https://."
            yield Fault(f"/links/{number}/url", "bad_link", detail)
        if len(link["label"]) > LONGEST_LABEL:
            yield Fault(f"/links/{number}/label", "too_long", f"At most {LONGEST_LABEL}.")


def _is_address(url: str) -> bool:
    """Nothing but a page elsewhere: a link must not run a script or open a file."""
    if len(url) > LONGEST_URL or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def _in_words(value: Any) -> Any:
    """As the history tells it."""
    if isinstance(value, User):
        return value.name
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, bool | list):
        return value
    return str(value)

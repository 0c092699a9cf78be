"""open_problem, change_problem, and the moves of a problem …"""

from datetime import date

import pytest

from accounts.models import User
from cxloop.kernel.errors import Conflict, Refused
from tests.cast import Cast
from tests.makers import NOW, make_person
from tests.problems.making import DAY, cause, make_fixed, make_problem
from tickets.problems.actions.problems import (
    MAKES,
    analyse_problem,
    archive_problem,
    change_problem,
    fix_problem,
    plan_fix,
    reopen_problem,
)
from tickets.problems.lifecycle import MOVES, STATES, legal_verbs
from tickets.problems.models import Problem, ProblemEntry, Watch

pytestmark = pytest.mark.django_db


def kinds(problem: Problem) -> list[str]:
    rows = ProblemEntry.objects.filter(problem=problem).order_by("pk")
    return list(rows.values_list("kind", flat=True))


def test_it_begins_as_seen_and_is_whose_who_opened_it(cast: Cast) -> None:
    problem = make_problem(cast, by=cast.agent)
    assert (problem.state, problem.owner, problem.gathers) == ("seen", cast.agent, True)
    assert problem.gathers_from == NOW - 90 * DAY
    assert kinds(problem) == ["opened"]


@pytest.mark.parametrize(
    "facts, pointer, code",
    [
        ({"title": "  "}, "/title", "required"),
        ({"title": "x" * 201}, "/title", "too_long"),
        ({"planned_for": date(1, 1, 1)}, "/planned_for", "out_of_range"),
        ({"description": "x" * 10_001}, "/description", "too_long"),
        ({"links": [{"label": "", "url": "javascript:alert(1)"}]}, "/links/0/url", "bad_link"),
        ({"links": [{"label": "", "url": "ftp://a.example"}]}, "/links/0/url", "bad_link"),
        ({"links": [{"label": "", "url": "https://"}]}, "/links/0/url", "bad_link"),
        ({"links": [{"label": "", "url": "http://[x"}]}, "/links/0/url", "bad_link"),
        ({"links": [{"label": "", "url": "https://a b"}]}, "/links/0/url", "bad_link"),
        ({"links": [{"label": "", "url": "https://a.example"}] * 21}, "/links", "too_many"),
    ],
)
def test_what_it_cannot_be_is_refused(cast: Cast, facts: dict, pointer: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        make_problem(cast, **facts)
    fault = refused.value.faults[0]
    assert (fault.pointer, fault.code) == (pointer, code)
    assert not Problem.objects.exists()


def test_links_lead_to_pages_elsewhere(cast: Cast) -> None:
    links = [{"label": "Board", "url": "https://track.example/1?a=b"}]
    assert make_problem(cast, links=links).links == links


def test_nobody_owns_what_they_cannot_see(cast: Cast) -> None:
    for stranger in (cast.outsider, make_person(is_active=False)):
        with pytest.raises(Refused, match="sees the problem"):
            make_problem(cast, owner=stranger)
    assert make_problem(cast, owner=cast.outsider, group=None).owner == cast.outsider


def test_an_owner_who_has_left_is_in_nobodys_way(cast: Cast) -> None:
    problem = make_problem(cast)
    User.objects.filter(pk=cast.lead.pk).update(is_active=False)
    problem = Problem.objects.get()
    analyse_problem(problem, by=cast.manager, now=NOW)
    plan_fix(problem, planned_for=date(2026, 12, 1), by=cast.manager, now=NOW)
    assert change_problem(problem, {"title": "Late"}, by=cast.manager, now=NOW) == ["title"]
    assert problem.state == "fix_planned"
    with pytest.raises(Refused, match="sees the problem"):
        change_problem(problem, {"group": None}, by=cast.manager, now=NOW)


def test_a_change_is_told_with_what_was_before(cast: Cast) -> None:
    problem = make_problem(cast)
    facts = {"title": "Parcels are late", "planned_for": date(2026, 12, 1)}
    change_problem(problem, facts, by=cast.lead, now=NOW)
    entry = ProblemEntry.objects.get(kind="changed")
    assert entry.reason == {
        "from": {"title": "Parcels get lost", "planned_for": None},
        "to": {"title": "Parcels are late", "planned_for": "2026-12-01"},
    }


def test_the_same_again_writes_nothing(cast: Cast) -> None:
    problem = make_problem(cast)
    assert change_problem(problem, {"title": "Parcels get lost"}, by=cast.lead, now=NOW) == []
    assert kinds(problem) == ["opened"]


def test_it_goes_its_way_to_fixed(cast: Cast) -> None:
    problem = make_problem(cast)
    analyse_problem(problem, by=cast.lead, now=NOW, text="The depot is full.")
    plan_fix(problem, planned_for=date(2026, 12, 1), by=cast.lead, now=NOW)
    watch = fix_problem(
        problem, fixed_on=NOW.date(), expected_left=0.5, by=cast.lead, now=NOW, text="Moved."
    )
    problem.refresh_from_db()
    assert (problem.state, problem.fixed_on) == ("fixed", NOW.date())
    assert watch.begun_at.isoformat() == "2026-11-21T00:00:00+00:00"
    assert kinds(problem) == ["opened", "analysed", "fix_planned", "fixed"]


def test_no_other_move_is_possible() -> None:
    possible = {state: legal_verbs(state) for state in STATES}
    assert possible == {
        "seen": ["analyse"],
        "analysed": ["plan", "fix", "reopen"],
        "fix_planned": ["fix", "reopen"],
        "fixed": ["reopen"],
    }


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", MOVES)
def test_whatever_the_table_does_not_allow_is_a_conflict(cast: Cast, state: str, verb: str) -> None:
    problem = make_problem(cast)
    problem.state, problem.fixed_on = state, NOW.date() if state == "fixed" else None
    problem.save()
    wanted = {"fix": {"fixed_on": NOW.date()}, "reopen": {"reason": "It is back."}}
    said = {"by": cast.lead, "now": NOW, **wanted.get(verb, {})}
    if verb in legal_verbs(state):
        MAKES[verb](problem, **said)
        assert Problem.objects.get().state == MOVES[verb].to
    else:
        with pytest.raises(Conflict) as conflict:
            MAKES[verb](problem, **said)
        assert conflict.value.code == "illegal_move"


@pytest.mark.parametrize(
    "said, pointer",
    [
        ({"fixed_on": NOW.date() + DAY}, "/fixed_on"),
        ({"fixed_on": NOW.date() - 400 * DAY}, "/fixed_on"),
        ({"expected_left": 1.1}, "/expected_left"),
        ({"expected_left": float("nan")}, "/expected_left"),
    ],
)
def test_a_fix_that_cannot_be_is_refused(cast: Cast, said: dict, pointer: str) -> None:
    problem = make_problem(cast)
    analyse_problem(problem, by=cast.lead, now=NOW)
    given = {"fixed_on": NOW.date(), "expected_left": 0.5}
    with pytest.raises(Refused) as refused:
        fix_problem(problem, **{**given, **said}, by=cast.lead, now=NOW)
    assert refused.value.faults[0].pointer == pointer


def test_reopening_wants_a_reason_and_ends_the_watch(cast: Cast) -> None:
    problem = make_problem(cast)
    analyse_problem(problem, by=cast.lead, now=NOW)
    fix_problem(problem, fixed_on=NOW.date(), expected_left=0.5, by=cast.lead, now=NOW)
    with pytest.raises(Refused):
        reopen_problem(problem, reason=" ", by=cast.lead, now=NOW)
    reopen_problem(problem, reason="The new depot is full.", by=cast.lead, now=NOW)
    problem.refresh_from_db()
    assert (problem.state, problem.fixed_on) == ("seen", None)
    assert Watch.objects.get().why_ended == "reopened"


def test_what_is_fixed_is_watched_by_its_cause(cast: Cast) -> None:
    problem = make_problem(cast)
    analyse_problem(problem, by=cast.lead, now=NOW)
    fix_problem(problem, fixed_on=NOW.date(), expected_left=0.5, by=cast.lead, now=NOW)
    for facts in ({"root_cause": cause("billing")}, {"group": None}):
        with pytest.raises(Conflict):
            change_problem(problem, facts, by=cast.lead, now=NOW)
        problem.refresh_from_db()


def test_an_archived_one_is_kept_and_gathers_no_more(cast: Cast) -> None:
    problem = make_problem(cast)
    archive_problem(problem, by=cast.lead, now=NOW)
    assert not Problem.objects.current().exists()
    assert not Problem.objects.to_look_back(NOW + DAY).exists()
    assert Problem.objects.get().archived_at == NOW


def test_archiving_it_ends_the_watch_and_says_so(cast: Cast) -> None:
    problem = make_problem(cast)
    make_fixed(problem, on=NOW, by=cast.lead, now=NOW)
    archive_problem(problem, by=cast.lead, now=NOW)
    watch = Watch.objects.get()
    assert (watch.why_ended, watch.ended_at) == ("archived", NOW)

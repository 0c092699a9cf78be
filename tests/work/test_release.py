"""What was held goes on to the rules once, as of its receipt; or is spam, and counts nowhere …"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from cxloop.kernel.moment import moment
from cxloop.verify.checker import examine
from feedback.intake.actions.quarantine import confirm_spam, release
from feedback.intake.models import Arrival, Feedback, Quarantine, is_counted
from feedback.intake.sampling import sample_receipts
from tests.accounts.at_once import at_once
from tests.cast import Cast, api
from tests.makers import NOW, make_customer, make_feedback, make_held, make_policy, make_source
from tickets.rules.actions import write_rule
from tickets.rules.gathering import facts_of
from tickets.sla.models import Clock
from tickets.work.models import Triage
from tickets.work.sweeps import triage_arrivals

pytestmark = pytest.mark.django_db

TRIAGED = "feedback without exactly one triage, or one wait for it"


def held(cast: Cast, **facts: Any) -> Feedback:
    source = facts.pop("source", None) or make_source(owners=(cast.group,))
    reasons = facts.pop("reasons", ("too_fast",))
    return make_held(source, reasons=reasons, **{"nps": 1, "comment": "Hm.", **facts}).feedback


def unhappy_get_a_ticket(cast: Cast) -> None:
    make_policy("standard")
    then = {"ticket": True, "group": cast.group.slug, "policy": "standard"}
    rule = {"name": "All", "when": {"always": True}, "then": then}
    write_rule(rule, known_policies={"standard"}, by=None, now=NOW)


def test_nobody_judges_what_is_held(cast: Cast) -> None:
    unhappy_get_a_ticket(cast)
    held(cast, received_at=moment())
    assert triage_arrivals() == 0
    assert not Triage.objects.exists()


def test_released_it_is_judged_and_its_promise_runs_from_its_receipt(cast: Cast) -> None:
    unhappy_get_a_ticket(cast)
    received = moment() - timedelta(hours=30)
    row = held(cast, customer=make_customer(), received_at=received)
    assert release([row.pk], by=cast.agent, now=moment()) == 1
    assert Arrival.objects.get().received_at == received
    triage_arrivals()
    assert Triage.objects.get().decision == "ticket"
    clock = Clock.objects.get(kind="follow_up")
    assert (clock.started_at, clock.due_at) == (received, received + timedelta(hours=48))
    ended = Quarantine.objects.get()
    assert (ended.state, ended.ended_by) == ("released", cast.agent)


def test_released_too_late_it_is_a_promise_broken_at_its_due_time(cast: Cast) -> None:
    unhappy_get_a_ticket(cast)
    received = moment() - timedelta(hours=60)
    row = held(cast, customer=make_customer(), received_at=received)
    release([row.pk], by=cast.agent, now=moment())
    triage_arrivals()
    assert Clock.objects.get(kind="follow_up").due_at == received + timedelta(hours=48)


def test_released_twice_it_goes_on_once(cast: Cast) -> None:
    row = held(cast)
    assert [release([row.pk], by=cast.agent, now=NOW) for _ in range(2)] == [1, 0]
    triage_arrivals()
    assert release([row.pk], by=cast.agent, now=NOW) == 0
    assert not Arrival.objects.exists()
    assert Triage.objects.count() == 1


def test_spam_stays_stored_and_is_judged_by_nobody(cast: Cast) -> None:
    row = held(cast)
    assert confirm_spam([row.pk], by=cast.lead, now=NOW) == 1
    assert confirm_spam([row.pk], by=cast.agent, now=NOW) == 0
    assert Quarantine.objects.get().ended_by == cast.lead
    assert triage_arrivals() == 0
    assert Feedback.objects.get().comment == "Hm."


def test_spam_that_was_none_is_released_after_all_and_both_stay_on_record(cast: Cast) -> None:
    row = held(cast)
    confirm_spam([row.pk], by=cast.lead, now=NOW)
    assert release([row.pk], by=cast.agent, now=NOW + timedelta(hours=1)) == 1
    found = Quarantine.objects.get()
    assert (found.spam_by, found.released_by, found.state) == (cast.lead, cast.agent, "released")
    assert confirm_spam([row.pk], by=cast.lead, now=NOW) == 0


class TestCounts:
    def test_what_is_held_or_spam_is_no_failure_of_the_customer(self, cast: Cast) -> None:
        customer = make_customer()
        rows = [
            held(cast, customer=customer, received_at=NOW - timedelta(days=day))
            for day in (1, 2, 3)
        ]
        confirm_spam([rows[0].pk], by=cast.agent, now=NOW)
        now = make_feedback(nps=1, customer=customer, judged=True)

        def failures() -> int:
            return facts_of([now], {30})[0].heard.failures[30]

        assert failures() == 0
        release([rows[1].pk], by=cast.agent, now=NOW)
        assert failures() == 1

    def test_nor_is_it_in_samples_and_rehearsals(self, cast: Cast) -> None:
        row, _ = held(cast), make_feedback(judged=True)
        between = (NOW - timedelta(days=1), NOW + timedelta(days=1))
        assert len(sample_receipts(*between, most=10).received) == 1
        assert Feedback.objects.filter(is_counted()).count() == 1
        release([row.pk], by=cast.agent, now=NOW)
        assert len(sample_receipts(*between, most=10).received) == 2
        assert Feedback.objects.filter(is_counted()).count() == 2

    def test_it_is_verified_held_released_and_judged(self, cast: Cast) -> None:
        def wrong() -> int:
            (figure,) = [one for one in examine(moment()).instant if one.name == TRIAGED]
            return figure.wrong

        spam, row = held(cast), held(cast)
        confirm_spam([spam.pk], by=cast.agent, now=NOW)
        assert wrong() == 0
        release([row.pk], by=cast.agent, now=NOW)
        assert wrong() == 0
        triage_arrivals()
        assert wrong() == 0
        assert examine(moment()).seen["feedback that looks automatic and is held"] == 0


class TestImpossible:
    @pytest.mark.parametrize(
        ("name", "change"),
        [
            ("quarantine_is_decided_once", "UPDATE intake_quarantine SET reasons = '{trap}'"),
            ("quarantine_is_decided_once", "DELETE FROM intake_quarantine"),
            ("quarantine_is_decided_once", "UPDATE intake_quarantine SET held_at = now()"),
            ("who_calls_it_spam_is_named", "UPDATE intake_quarantine SET spam_at = now()"),
            ("who_releases_is_named", "UPDATE intake_quarantine SET released_at = now()"),
            (
                "held_or_arrived",
                "UPDATE intake_quarantine SET released_at = now(), "
                "released_by_id = (SELECT max(id) FROM accounts_user)",
            ),
            (
                "held_is_not_judged",
                "INSERT INTO work_triage (feedback_id, decision, reason, matched, at) "
                "SELECT feedback_id, 'none', 'x', '{}', now() FROM intake_quarantine",
            ),
        ],
    )
    def test_a_state_that_lies(self, cast: Cast, name: str, change: str) -> None:
        held(cast)
        self.refused(name, change)

    def test_a_reason_that_there_is_not(self, cast: Cast) -> None:
        row = make_feedback(judged=True)
        facts = {"feedback": row, "source": row.source, "held_at": NOW}
        for reasons in ([], ["chinese"]):
            with pytest.raises(IntegrityError, match="held_for_a_reason"), transaction.atomic():
                Quarantine.objects.create(reasons=reasons, **facts)

    def test_what_waits_for_the_rules_is_not_held_nor_for_another_source(self, cast: Cast) -> None:
        facts = {"reasons": ["trap"], "held_at": NOW}
        waits, judged = make_feedback(), make_feedback(judged=True)
        with pytest.raises(IntegrityError, match="held, or it goes on"), transaction.atomic():
            Quarantine.objects.create(feedback=waits, source=waits.source, **facts)
        with pytest.raises(IntegrityError, match="that it came from"), transaction.atomic():
            Quarantine.objects.create(feedback=judged, source=waits.source, **facts)

    @pytest.mark.parametrize("act", [release, confirm_spam])
    def test_what_was_decided_as_if_nobody_had(self, cast: Cast, act: Any) -> None:
        act([held(cast).pk], by=cast.agent, now=NOW)
        undone = ", ".join(
            f"{verb}_at = NULL, {verb}_by_id = NULL" for verb in ("released", "spam")
        )
        self.refused("quarantine_is_decided_once", f"UPDATE intake_quarantine SET {undone}")

    def refused(self, name: str, change: str) -> None:
        with (
            pytest.raises(IntegrityError) as refused,
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)
        assert refused.value.__cause__.diag.constraint_name == name  # type: ignore[union-attr]


@pytest.mark.django_db(transaction=True)
def test_released_by_many_at_once_it_goes_on_once(cast: Cast) -> None:
    rows = [held(cast).pk for _ in range(10)]
    made: list[int] = []

    def act(number: int) -> None:
        made.append(release(rows, by=cast.agent, now=NOW))

    assert at_once(act, range(8), hands=8) == ["ok"] * 8
    assert sum(made) == 10
    assert Arrival.objects.count() == 10


class TestApi:
    def test_it_is_listed_to_who_owns_its_source_and_to_nobody_else(self, cast: Cast) -> None:
        row = held(cast, reasons=("trap", "repeated"), customer=make_customer("a@b.example"))
        (told,) = api(cast.viewer).get("/api/v1/quarantine").json()["results"]
        assert (told["id"], told["state"], told["ended_by"]) == (str(row.pk), "held", None)
        assert told["reasons"] == ["trap", "repeated"]
        assert told["feedback"]["comment"] == "Hm."
        assert told["feedback"]["customer"]["email"] == "a@b.example"
        assert told["feedback"]["quarantine"]["state"] == "held"
        assert api(cast.outsider).get("/api/v1/quarantine").json()["results"] == []

    def test_it_is_filtered(self, cast: Cast) -> None:
        row, other = held(cast), held(cast)
        confirm_spam([other.pk], by=cast.agent, now=NOW)

        def found(query: str) -> list[str]:
            answer = api(cast.admin).get(f"/api/v1/quarantine?{query}").json()
            return [one["id"] for one in answer["results"]]

        assert found("") == found("state=held") == [str(row.pk)]
        assert found("state=spam") == [str(other.pk)]
        assert len(found("state=spam,held")) == 2
        assert found(f"source={row.source.slug}") == [str(row.pk)]
        assert found(f"source={other.source.slug}") == []
        refused = api(cast.admin).get("/api/v1/quarantine?state=lost&why=x")
        assert refused.status_code == 422
        assert {one["pointer"] for one in refused.json()["errors"]} == {"/state", "/why"}

    @pytest.mark.parametrize(("verb", "state"), [("release", "released"), ("confirm", "spam")])
    def test_it_is_decided_once(self, cast: Cast, verb: str, state: str) -> None:
        row = held(cast)
        answer = api(cast.agent).post(f"/api/v1/quarantine/{row.pk}/{verb}")
        assert (answer.status_code, answer.json()["state"]) == (200, state)
        assert answer.json()["ended_by"]["name"] == cast.agent.name
        again = api(cast.admin).post(f"/api/v1/quarantine/{row.pk}/{verb}")
        assert (again.status_code, again.json()["code"]) == (409, "decided")

    def test_strangers_find_nothing_and_readers_decide_nothing(self, cast: Cast) -> None:
        row = held(cast)
        for person, status in (
            *((cast.outsider, 404), (cast.viewer, 403), (cast.auditor, 403)),
            (cast.agent, 200),
        ):
            answer = api(person).post(f"/api/v1/quarantine/{row.pk}/release")
            assert answer.status_code == status

    def test_no_ticket_is_made_of_it_by_hand(self, cast: Cast) -> None:
        row = held(cast)
        make_policy("standard")
        said = {"group": "care", "policy": "standard", "reason": "It is none"}
        answer = api(cast.agent).post(f"/api/v1/feedback/{row.pk}/ticket", said)
        assert (answer.status_code, answer.json()["code"]) == (409, "held")

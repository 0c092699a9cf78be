"""A nudge only wakes a worker: after the commit, to be forgotten soon, and its failure is counted
and swallowed."""

import json
import time
from collections.abc import Iterator

import pytest
import redis
from celery import current_app
from django.conf import settings
from django.db import transaction

from cxloop.kernel import nudge as nudging
from cxloop.kernel.nudge import nudge_after_commit
from cxloop.tasks import sweep
from feedback.intake.models import Arrival
from tests.makers import make_feedback
from tickets.work.models import Triage

pytestmark = pytest.mark.django_db(transaction=True)

QUEUE = "cxloop:sweeps"


@pytest.fixture
def broker() -> Iterator[redis.Redis]:
    """The real one, with nobody who takes anything from it."""
    nudging._last.clear()
    nudging._quiet_until = 0.0
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.delete(QUEUE)
        yield client
        client.delete(QUEUE)


def test_it_leaves_after_the_commit(broker: redis.Redis) -> None:
    with transaction.atomic():
        nudge_after_commit("triage")
        assert broker.llen(QUEUE) == 0
    assert broker.llen(QUEUE) == 1


def test_what_is_rolled_back_nudges_nobody(broker: redis.Redis) -> None:
    with transaction.atomic():
        nudge_after_commit("triage")
        transaction.set_rollback(True)
    assert broker.llen(QUEUE) == 0


def test_it_carries_a_name_and_no_deadline(broker: redis.Redis) -> None:
    nudge_after_commit("triage")
    headers = json.loads(broker.lindex(QUEUE, 0))["headers"]
    assert headers["argsrepr"] == "['triage']"
    assert headers["eta"] is None
    assert headers["expires"] is not None


def test_its_failure_is_counted_and_swallowed(broker: redis.Redis, monkeypatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ConnectionError("the broker is gone")

    before = nudging.failures
    monkeypatch.setattr(current_app, "send_task", fail)
    nudge_after_commit("triage")
    nudge_after_commit("letters")
    assert nudging.failures == before + 1
    assert nudging._quiet_until > time.monotonic()


def test_without_it_the_sweep_finds_the_row(broker: redis.Redis) -> None:
    feedback = make_feedback(nps=1)
    broker.flushdb()
    sweep("triage")
    assert not Arrival.objects.exists()
    assert Triage.objects.get(feedback=feedback)


def test_a_message_that_comes_twice_does_nothing_twice(broker: redis.Redis) -> None:
    make_feedback(nps=1)
    for _ in range(2):
        sweep("triage")
    assert Triage.objects.count() == 1


def test_beat_sends_nothing_that_outlives_its_period() -> None:
    schedule = current_app.conf.beat_schedule.values()
    assert {entry["args"][0] for entry in schedule} >= {"triage", "ladders", "letters"}
    late = [e for e in schedule if e["options"]["expires"] > max(e["schedule"], 0.9)]
    assert late == []

"""The watchdog: one letter an incident and admin, and one more when it is over."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from cxloop.kernel.models import Heartbeat, Incident, Letter
from cxloop.kernel.moment import moment
from cxloop.kernel.watchdog import PATIENCE, Watcher, keep_watch
from cxloop.loop import SWEEPS, WATCHDOG, late_sweeps, stand_in, watch_over_sweeps
from tests.accounts.at_once import at_once
from tests.cast import Cast
from tests.makers import make_ticket
from tickets.sla.models import Clock

pytestmark = pytest.mark.django_db(transaction=True)

ADA = Watcher(1, "ada@house.example", "en")
BORA = Watcher(2, "bora@house.example", "ko")


def pass_time(by: timedelta = PATIENCE) -> None:
    for incident in Incident.objects.under_way():
        incident.noticed_at -= by
        incident.save()


def subjects() -> list[str]:
    return list(Letter.objects.order_by("pk").values_list("subject", flat=True))


def test_it_tells_each_admin_once_an_incident_in_their_language() -> None:
    keep_watch(["triage"], [ADA, BORA])
    pass_time()
    for late in (["triage"], ["letters", "triage"], ["letters"]):
        keep_watch(late, [ADA, BORA])
    assert subjects() == [
        "Sweeps are late: triage",
        "정기 작업이 늦어지고 있습니다: triage",
    ]
    assert Incident.objects.get().late == ["letters", "triage"]


def test_it_tells_when_it_is_over_and_begins_anew_after_that() -> None:
    keep_watch(["triage"], [ADA])
    pass_time()
    keep_watch(["triage"], [ADA])
    keep_watch([], [ADA])
    keep_watch([], [ADA])
    assert subjects()[1:] == ["Sweeps keep their time again"]
    keep_watch(["waits"], [ADA])
    pass_time()
    keep_watch(["waits"], [ADA])
    assert subjects()[2:] == ["Sweeps are late: waits"]


def test_it_has_a_moments_patience() -> None:
    keep_watch(["triage"], [ADA])
    keep_watch(["triage"], [ADA])
    keep_watch([], [ADA])
    assert (subjects(), Incident.objects.exists()) == ([], False)


def test_it_says_nothing_twice_whoever_watches_beside() -> None:
    watch = lambda _: keep_watch(["triage"], [ADA])  # noqa: E731
    assert at_once(watch, range(8), hands=8) == ["ok"] * 8
    pass_time()
    assert at_once(watch, range(8), hands=8) == ["ok"] * 8
    assert (Incident.objects.count(), len(subjects())) == (1, 1)


def test_the_database_refuses_a_second_incident() -> None:
    Incident.objects.create(noticed_at=moment())
    with pytest.raises(IntegrityError, match="one_incident_at_once"), transaction.atomic():
        Incident.objects.create(noticed_at=moment())


def test_it_writes_to_active_admins_and_sends_that_itself(cast: Cast, settings, tmp_path) -> None:
    settings.EMAIL_BACKEND = "cxloop.kernel.eml.EmlBackend"
    settings.LETTERS_FOLDER = tmp_path / "letters"
    for sweep in SWEEPS:
        beat(sweep.name, minutes=0)
    beat("triage", minutes=2)
    beat(WATCHDOG, minutes=999)
    watch_over_sweeps()
    pass_time()
    assert watch_over_sweeps() == 1
    letter = Letter.objects.get()
    assert (letter.to, letter.state) == (cast.admin.email, "sent")
    assert letter.subject == "Sweeps are late: triage"
    assert len(list((tmp_path / "letters").iterdir())) == 1


def test_it_does_the_work_of_who_is_late_once_that_is_said(cast: Cast) -> None:
    for sweep in SWEEPS:
        beat(sweep.name, minutes=0)
    beat("ladders", minutes=2)
    ticket = make_ticket(cast.group, received_at=moment() - timedelta(hours=49))
    follow_up = Clock.objects.filter(promise=ticket.pk, kind="follow_up")
    watch_over_sweeps()
    assert (stand_in(), follow_up.get().state) == (0, "running")
    pass_time()
    watch_over_sweeps()
    assert (stand_in(), follow_up.get().state) == (1, "breached")
    # It was not the workers that did it: they are late until they are back.
    assert late_sweeps(moment()) == ["ladders"]


def beat(name: str, *, minutes: int) -> None:
    finished_at = moment() - timedelta(minutes=minutes)
    facts = {"finished_at": finished_at, "seconds": 0, "handled": 0, "late_after": timedelta(0)}
    Heartbeat.objects.update_or_create(name=name, defaults=facts)


def test_a_sweep_is_said_to_be_late_within_a_minute_of_its_last_end() -> None:
    """Its own silence, one pass of the watchdog, its patience, one more pass."""
    watchdog = next(sweep for sweep in SWEEPS if sweep.name == WATCHDOG)
    often = [sweep for sweep in SWEEPS if sweep.period <= 10]
    slowest = max(sweep.late_after for sweep in often)
    said = slowest + PATIENCE + 2 * timedelta(seconds=watchdog.period)
    assert said <= timedelta(seconds=60)

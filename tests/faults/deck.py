"""The faults, one function each, told in a sentence. Each ends with the house whole again."""

import signal
import time
from collections.abc import Callable
from contextlib import suppress

import psutil
import psycopg

from tests.faults.house import END_SESSIONS, ROLES, House
from tests.faults.poison import poison_every_queue
from tests.faults.smtp import Manner

Fault = Callable[[House], None]

# Longer than any promise of the round, so that whole promises fall due meanwhile.
STANDSTILL = 30.0
HOUR_LATER = "UPDATE faults.jump SET by = by + interval '1 hour'"
EVERYBODY = ("beat", "worker", "letters")


def each_role_dies(house: House) -> None:
    """Each role once, one after another, its main process or one of its own."""
    roles = list(ROLES)
    house.load.random.shuffle(roles)
    for role in roles:
        house.kill(role)
        house.wait_until_whole()


def every_role_dies_within_seconds(house: House) -> None:
    """All of them under each other's hands, the broker emptied, sessions ended in between."""
    roles = list(ROLES)
    house.load.random.shuffle(roles)
    for role in roles:
        time.sleep(0.7)
        house.kill(role)
        house.tell_broker("FLUSHALL")
        with suppress(psycopg.Error), house.database() as connection:
            connection.execute(END_SESSIONS)


def many_die_at_once(house: House) -> None:
    """Three roles at the same moment."""
    for role in house.load.random.sample(ROLES, 3):
        house.kill(role)


def the_broker_is_emptied(house: House) -> None:
    """Three times, as often as it is flushed every 20 s."""
    for _ in range(3):
        house.tell_broker("FLUSHALL")
        time.sleep(3)


def the_broker_is_gone(house: House) -> None:
    """Killed as often as it comes back, longer than any promise lasts."""
    house.kill_on_sight(("broker",), STANDSTILL)


def the_broker_is_mute(house: House) -> None:
    """It lives, takes connections and says nothing."""
    _stopped(house, ("broker",), STANDSTILL / 3)


def the_broker_is_full(house: House) -> None:
    """Out of memory: every write is refused."""
    house.tell_broker("CONFIG SET maxmemory 1")
    time.sleep(STANDSTILL / 3)
    house.tell_broker("CONFIG SET maxmemory 0")


def the_database_starts_again(house: House) -> None:
    """Stopped in order, in the midst of everything."""
    house.stop_main("database")


def sessions_are_terminated(house: House) -> None:
    """All of them, five times a second, in the midst of sweeps and requests."""
    for _ in range(15):
        with suppress(psycopg.Error), house.database() as connection:
            connection.execute(END_SESSIONS)
        time.sleep(0.2)


def two_beats_and_eight_sweepers(house: House) -> None:
    """Everybody looks for the same rows."""
    beat = ["-m", "celery", "-A", "cxloop.celery", "beat", "--loglevel", "ERROR"]
    with house.beside(beat, ["-m", "tests.faults.sweepers"]):
        time.sleep(STANDSTILL / 2)


def beat_is_dead(house: House) -> None:
    """Longer than any promise lasts: nothing comes by itself, nudges alone wake workers."""
    house.kill_on_sight(("beat",), STANDSTILL)


def celery_is_not_there(house: House) -> None:
    """No beat, no worker; a plain `manage.py sweep` does the same work."""
    judged = "SELECT count(*) FROM work_triage WHERE feedback_id = %s"
    with house.beside(["manage.py", "sweep"]):
        house.kill_on_sight(EVERYBODY, 3)
        before = len(house.load.accepted)
        house.kill_on_sight(EVERYBODY, 60, until=lambda: len(house.load.accepted) > before)
        last = list(house.load.accepted.values())[-1]
        house.kill_on_sight(EVERYBODY, 60, until=lambda: house.ask(judged, last) == 1)
        assert house.ask(judged, last) == 1, "the plain loop judged nothing"
    house.say("  the plain loop judged what came while Celery was away")


def workers_live_and_do_nothing(house: House) -> None:
    """Stopped, not dead: the watchdog must say so within a minute, by letter, and when it is
    over."""
    house.soon("nothing is late", lambda: house.ask(INCIDENTS) == 0, seconds=240)
    before = {word: _alarms(house, word) for word in ("late", "again")}
    halted = _stop(house, EVERYBODY)
    try:
        house.soon(
            "the admins have the letter",
            lambda: _alarms(house, "late") > before["late"],
            seconds=60,
        )
        code, checks = house.readyz()
        assert (code, checks["sweeps"].startswith("late: ")) == (503, True), checks
        house.say(f"  /readyz?strict=1 says {checks['sweeps']}")
    finally:
        _go_on(halted)
    over = lambda: _alarms(house, "again") > before["again"]  # noqa: E731
    house.soon("they hear that it is over", over, seconds=120)


INCIDENTS = "SELECT count(*) FROM kernel_incident WHERE ended_at IS NULL"


def _alarms(house: House, word: str) -> int:
    admin = house.service.demo["users"]["admin"]["email"]
    to_admin = [name for name, to in house.post.to.items() if admin in to]
    return sum(word in house.post.subjects[name] for name in to_admin)


def the_clock_jumps_an_hour(house: House) -> None:
    """Forward, for every session of the database at once."""
    house.ask(f"{HOUR_LATER} RETURNING 1")


def poison_in_every_queue(house: House) -> None:
    """A row that cannot be handled, in each."""
    poison_every_queue(house)


def the_mail_server_hangs(house: House) -> None:
    _mail(house, Manner.HANGS, STANDSTILL)


def the_mail_server_refuses(house: House) -> None:
    _mail(house, Manner.LATER, 4)
    _mail(house, Manner.NEVER, 6)


def the_mail_server_dies_after_data(house: House) -> None:
    _mail(house, Manner.DROPS, 8)


def _mail(house: House, manner: Manner, seconds: float) -> None:
    house.say(f"  it {manner.value}")
    house.post.manner = manner
    time.sleep(seconds)
    house.post.manner = Manner.TAKES


def _stopped(house: House, roles: tuple[str, ...], seconds: float) -> None:
    halted = _stop(house, roles)
    time.sleep(seconds)
    _go_on(halted)


def _stop(house: House, roles: tuple[str, ...]) -> list[psutil.Process]:
    halted = []
    for role in roles:
        main = house.main_of(role)
        with suppress(psutil.Error):
            for process in [main, *main.children(recursive=True)] if main else []:
                process.send_signal(signal.SIGSTOP)
                halted.append(process)
        house.say(f"SIGSTOP {role}, pid {main.pid if main else 'none'}")
    return halted


def _go_on(halted: list[psutil.Process]) -> None:
    for process in halted:
        with suppress(psutil.Error):
            process.send_signal(signal.SIGCONT)


SHORT: tuple[Fault, ...] = (every_role_dies_within_seconds,)
WHOLE: tuple[Fault, ...] = (
    each_role_dies,
    every_role_dies_within_seconds,
    many_die_at_once,
    the_broker_is_emptied,
    the_broker_is_gone,
    the_broker_is_mute,
    the_broker_is_full,
    the_database_starts_again,
    sessions_are_terminated,
    two_beats_and_eight_sweepers,
    beat_is_dead,
    celery_is_not_there,
    workers_live_and_do_nothing,
    the_clock_jumps_an_hour,
    poison_in_every_queue,
    the_mail_server_hangs,
    the_mail_server_refuses,
    the_mail_server_dies_after_data,
)
# What fills the time that is left once everything has been dealt.
RANDOM: tuple[Fault, ...] = (
    each_role_dies,
    many_die_at_once,
    the_broker_is_emptied,
    sessions_are_terminated,
    the_mail_server_dies_after_data,
)

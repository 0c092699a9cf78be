"""The course of a run: load, fault after fault, the count after each, rest, the account."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import psycopg

from tests.faults.account import account
from tests.faults.deck import RANDOM, Fault
from tests.faults.house import ROLES, House, house_in
from tests.services import ROOT

# So many requests must have been under way in ten minutes, for the run to count.
LEAST_IN_TEN_MINUTES = 1000
REST_SECONDS = 180.0


def run(home: Path, *, seconds: float, seed: int, deck: Sequence[Fault]) -> list[str]:
    """What did not hold; nothing where all is well. Everything is printed as it happens."""
    with house_in(home, seed) as house:
        house.say(f"up at {house.service.base_url}, seed {seed}")
        broken = [*_rounds(house, _deal(deck, seed), seconds)]
        house.load.stop()
        broken += _rest(house)
        broken += _verify(house)
        broken += _settle_accounts(house)
        broken += _was_it_worth_it(house, seconds)
    return broken


def _deal(deck: Sequence[Fault], seed: int) -> Iterator[Fault]:
    """Everything once, shuffled; then kills at random for as long as there is time."""
    chance = random.Random(seed)
    yield from chance.sample(deck, len(deck))
    while True:
        yield chance.choice(RANDOM)


def _rounds(house: House, deal: Iterator[Fault], seconds: float) -> Iterator[str]:
    end = time.monotonic() + seconds
    for number, fault in enumerate(deal, start=1):
        if time.monotonic() > end:
            return
        house.say(f"-- {number}: {fault.__name__.replace('_', ' ')}")
        try:
            fault(house)
            house.wait_until_whole()
        except (AssertionError, psycopg.Error, httpx.HTTPError) as error:
            house.say(f"   BROKEN: {error}")
            yield f"{fault.__name__}: {error}"
        yield from _count(house)


def _count(house: House) -> list[str]:
    """What holds at any instant, under load."""
    done = _manage(house, "verify", "--instant")
    house.say(f"   {done.stdout.strip().splitlines()[-1] if done.stdout else done.stderr[-300:]}")
    return [done.stdout.strip().splitlines()[-1]] if done.returncode else []


WORK_LEFT = """
SELECT (SELECT count(*) FROM intake_arrival WHERE last_error = '')
    + (SELECT count(*) FROM sla_clock WHERE last_error = ''
       AND next_action_at <= clock_timestamp() - interval '6 seconds')
    + (SELECT count(*) FROM escalation_notice WHERE letter_id IS NULL AND last_error = ''
       AND dropped = '' AND tell_at <= clock_timestamp() - interval '6 seconds')
    + (SELECT count(*) FROM work_unasked WHERE last_error = ''
       AND ask_at <= clock_timestamp())
    + (SELECT count(*) FROM kernel_letter WHERE state IN ('waiting', 'sending')
       AND leave_at < clock_timestamp() - interval '5 seconds')
    + (SELECT count(*) FROM kernel_letter WHERE state = 'dead' AND NOT death_noticed
       AND kind IN ('reply', 'acknowledgement', 'question') AND try_after IS NULL)
    + (SELECT count(*) FROM kernel_heartbeat WHERE finished_at < clock_timestamp() - late_after)
"""


def _rest(house: House) -> list[str]:
    """No more load and no more faults: everything comes to rest by itself."""
    house.say("-- rest")
    try:
        house.soon("nothing is left to do", lambda: house.ask(WORK_LEFT) == 0, seconds=REST_SECONDS)
    except AssertionError as error:
        return [f"{error}; {house.ask(WORK_LEFT)} rows are left"]
    return []


def _verify(house: House) -> list[str]:
    done = _manage(house, "verify")
    print(f"\n{done.stdout}{done.stderr}")
    return [done.stderr.strip().splitlines()[-1]] if done.returncode else []


def _settle_accounts(house: House) -> list[str]:
    lines = account(house)
    print("\n".join(["As the outside was told", *map(str, lines)]))
    return [line.what for line in lines if not line.holds]


def _was_it_worth_it(house: House, seconds: float) -> list[str]:
    least = int(LEAST_IN_TEN_MINUTES * min(seconds / 600, 1))
    answers = ", ".join(f"{count:,} {status}" for status, count in house.load.statuses.items())
    print(f"\n{house.load.started:,} requests under way: {answers}")
    print("Killed: " + ", ".join(f"{role} {house.kills[role]}" for role in ROLES))
    print("Mail server: " + ", ".join(f"{n} {m.value}" for m, n in house.post.met.items()))
    spared = [f"{role} was never hit" for role in ROLES if not house.kills[role]]
    idle = [] if house.load.started >= least else [f"under {least:,} requests were under way"]
    return [*spared, *idle]


def _manage(house: House, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *arguments],
        env=house.environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

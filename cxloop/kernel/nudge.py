"""A nudge wakes a sweep a little earlier than its period would; losing one costs a second.

Nothing depends on a nudge: the rows wait in PostgreSQL and every sweep comes by itself. So a dead
broker must neither slow nor fail the request that nudges: no retries, a short timeout, and after a
failure silence for a while.
"""

import logging
import threading
import time
from functools import partial

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)

SWEEP_TASK = "cxloop.sweep"
_AT_MOST_EVERY = 0.25  # seconds per sweep and process: more would find the same rows
# No nudge may stand before what beat sends: older than this it is dropped, not done. With five
# seconds sixty of them stood there on a busy machine, and every sweep behind them expired unseen.
_WORTH_IT_FOR = 1.0
_SILENCE_AFTER_FAILURE = 5.0

_lock = threading.Lock()
_last: dict[str, float] = {}
_quiet_until = 0.0
failures = 0


def nudge_after_commit(sweep: str) -> None:
    transaction.on_commit(partial(nudge, sweep), robust=True)


def nudge(sweep: str, *, expires: float = _WORTH_IT_FOR) -> None:
    if _may_nudge(sweep):
        try:
            current_app.send_task(
                SWEEP_TASK, args=[sweep], queue=sweep_queue(sweep), retry=False, expires=expires
            )
        except Exception as error:
            _fall_silent(error)


def sweep_queue(sweep: str) -> str:
    return "letters" if sweep == "letters" else "sweeps"


def _may_nudge(sweep: str) -> bool:
    now = time.monotonic()
    with _lock:
        if now < _quiet_until or now - _last.get(sweep, 0.0) < _AT_MOST_EVERY:
            return False
        _last[sweep] = now
    return True


def _fall_silent(error: Exception) -> None:
    global failures, _quiet_until
    with _lock:
        failures += 1
        _quiet_until = time.monotonic() + _SILENCE_AFTER_FAILURE
    logger.warning("nudge failed, the sweep will come by itself: %s", error)

"""A worker that lives and hears nothing any more ends itself, so that another takes its place.

Celery goes deaf now and then: after the broker was away, after the process had been stopped (its
issues 8030, 8091, 10205). Beat has something to say every second or two, so silence means that; or
that beat or the broker is gone, and then a worker that begins anew costs nothing. One whose hands
are full takes nothing up either: it has as long as its work may take.
"""

import logging
import os
import threading
import time
from dataclasses import dataclass, field

from celery.signals import task_received, worker_ready
from celery.worker import state

from cxloop.celery import app

logger = logging.getLogger(__name__)

DEAF_AFTER_S = 40.0
DEAF = 75  # EX_TEMPFAIL: try again


@dataclass
class Ear:
    """`heard_at` by the monotonic clock, which goes on while the process is stopped."""

    heard_at: float = field(default_factory=time.monotonic)

    def hear(self) -> None:
        self.heard_at = time.monotonic()

    def is_deaf(self) -> bool:
        silence = time.monotonic() - self.heard_at
        longest = app.conf.task_time_limit if state.active_requests else 0.0
        return bool(silence > DEAF_AFTER_S + longest)


_ear = Ear()


@worker_ready.connect
def begin(**_: object) -> None:
    _ear.hear()
    threading.Thread(target=_end_once_deaf, name="hearing", daemon=True).start()


@task_received.connect
def hear(**_: object) -> None:
    _ear.hear()


def _end_once_deaf() -> None:
    """At once and without ceremony: what was taken up comes again, and does no harm."""
    while not _ear.is_deaf():
        time.sleep(1)
    logger.error("Nothing was heard for %g s: this worker ends, to begin anew.", DEAF_AFTER_S)
    os._exit(DEAF)

"""A worker that lives and hears nothing any more ends itself, so that another takes its place; and
so does beat, when nothing that it says arrives.

Celery goes deaf and dumb now and then: after the broker was away, after the process was stopped
(its issues 8030, 8091, 10205). Beat has something to say every second, so silence means that; or
that the broker is gone, and then a process that begins anew costs nothing. A worker whose hands are
full takes nothing up either: it has as long as its work may take.
"""

import logging
import os
import threading
import time
from dataclasses import dataclass, field

from celery.signals import after_task_publish, beat_init, task_received, worker_ready
from celery.worker import state

from cxloop.celery import app

logger = logging.getLogger(__name__)

SILENT_FOR_S = 40.0
BEGIN_ANEW = 75  # EX_TEMPFAIL: try again


@dataclass
class Ear:
    """`heard_at` by the monotonic clock, which goes on while the process is stopped."""

    heard_at: float = field(default_factory=time.monotonic)

    def hear(self, **_: object) -> None:
        self.heard_at = time.monotonic()

    def is_deaf(self) -> bool:
        silence = time.monotonic() - self.heard_at
        longest = app.conf.task_time_limit if state.active_requests else 0.0
        return bool(silence > SILENT_FOR_S + longest)


_ear = Ear()


@worker_ready.connect
def listen_to_beat(**_: object) -> None:
    task_received.connect(_ear.hear)
    _watch()


@beat_init.connect
def listen_to_oneself(**_: object) -> None:
    after_task_publish.connect(_ear.hear)
    _watch()


def _watch() -> None:
    _ear.hear()
    threading.Thread(target=_end_once_deaf, name="hearing", daemon=True).start()


def _end_once_deaf() -> None:
    """At once and without ceremony: what was taken up comes again, and does no harm."""
    while not _ear.is_deaf():
        time.sleep(1)
    logger.error("Silence for %g s: this process ends, to begin anew.", SILENT_FOR_S)
    os._exit(BEGIN_ANEW)

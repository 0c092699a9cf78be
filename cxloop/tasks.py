"""The one task, and when beat sends it. It has no opinion: it runs a sweep."""

from celery.signals import worker_ready

from cxloop.celery import app
from cxloop.kernel.nudge import SWEEP_TASK, nudge, sweep_queue
from cxloop.loop import SWEEPS, Sweep, run_sweep

# All of them at once take their time.
FIRST_ROUND_S = 30.0


@app.task(name=SWEEP_TASK)
def sweep(name: str) -> None:
    run_sweep(name)


def _entry(sweep: Sweep) -> dict[str, object]:
    """Expires before the next one comes, so that nothing piles up while workers are away."""
    expires = max(sweep.period - 0.1, 0.9)
    return {
        "task": SWEEP_TASK,
        "args": [sweep.name],
        "schedule": sweep.period,
        "options": {"queue": sweep_queue(sweep.name), "expires": expires},
    }


@worker_ready.connect
def begin(**_: object) -> None:
    """Every sweep once at the start: beat waits a whole period before it first says anything."""
    for sweep in SWEEPS:
        nudge(sweep.name, expires=FIRST_ROUND_S)


app.conf.beat_schedule = {sweep.name: _entry(sweep) for sweep in SWEEPS}

"""The one task, and when beat sends it. It has no opinion: it runs a sweep."""

from cxloop.celery import app
from cxloop.kernel.nudge import SWEEP_TASK, sweep_queue
from cxloop.loop import SWEEPS, Sweep, run_sweep


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


app.conf.beat_schedule = {sweep.name: _entry(sweep) for sweep in SWEEPS}

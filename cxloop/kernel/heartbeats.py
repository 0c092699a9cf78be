import time
from collections.abc import Callable
from datetime import timedelta

from cxloop.kernel.models import Heartbeat
from cxloop.kernel.moment import moment


def beat_after(name: str, run: Callable[[], int], *, late_after: timedelta) -> int:
    """Runs a sweep and notes that it finished; a sweep that fails leaves its old heartbeat.
    `late_after` is the silence that is too long: kept beside, for those who only see the rows."""
    started = time.monotonic()
    handled = run()
    Heartbeat.objects.update_or_create(
        name=name,
        defaults={
            "finished_at": moment(),
            "seconds": round(time.monotonic() - started, 3),
            "handled": handled,
            "late_after": late_after,
        },
    )
    return handled

import time
from collections.abc import Callable

from cxloop.kernel.models import Heartbeat
from cxloop.kernel.moment import moment


def beat_after(name: str, run: Callable[[], int]) -> int:
    """Runs a sweep and notes that it finished; a sweep that fails leaves its old heartbeat."""
    started = time.monotonic()
    handled = run()
    Heartbeat.objects.update_or_create(
        name=name,
        defaults={
            "finished_at": moment(),
            "seconds": round(time.monotonic() - started, 3),
            "handled": handled,
        },
    )
    return handled

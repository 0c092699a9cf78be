"""When to try again: with full jitter, not before `Retry-After`, never past the total time."""

import random
import time
from dataclasses import dataclass, field

from cxloop_client._errors import CxloopError, may_pass

FIRST, MOST = 0.5, 20.0
# Whoever was told the same second to come back must not all come back in it.
SPREAD = 1.0


@dataclass(slots=True)
class Course:
    """One sending, of as many attempts as fit into `give_up_after` seconds."""

    give_up_after: float
    began: float = field(default_factory=time.monotonic)
    failures: int = 0

    @property
    def left(self) -> float:
        return self.began + self.give_up_after - time.monotonic()

    def time_for_attempt(self, timeout: float) -> float:
        return max(0.01, min(timeout, self.left))

    def pause_after(self, failure: CxloopError) -> float:
        """Seconds until the next attempt. Raises the failure where none may help or fit."""
        pause = pause_before(self.failures, failure.retry_after)
        self.failures += 1
        if not may_pass(failure) or pause >= self.left:
            raise failure
        return pause


def pause_before(failures: int, retry_after: float | None, *, most: float = MOST) -> float:
    """Seconds to wait after so many earlier failures."""
    if retry_after is not None:
        return retry_after + random.uniform(0, SPREAD)
    return random.uniform(0, min(most, FIRST * 2 ** min(failures, 30)))

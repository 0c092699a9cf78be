"""What intake clears away by itself."""

from datetime import timedelta

from cxloop.kernel.moment import moment
from feedback.intake.actions.trials import KEPT, forget_trials_before, free_trial_keys
from feedback.intake.models import IdempotencyKey

KEYS_KEPT = timedelta(days=8)
_BATCH = 5000


def forget_idempotency_keys() -> int:
    """Deletes keys older than eight days, in batches that hold no lock for long."""
    oldest_kept = moment() - KEYS_KEPT
    old = IdempotencyKey.objects.filter(created_at__lt=oldest_kept)
    forgotten = 0
    while keys := list(old.values_list("pk", flat=True)[:_BATCH]):
        forgotten += IdempotencyKey.objects.filter(pk__in=keys).delete()[0]
    return forgotten


def forget_trials() -> int:
    """What was tried a month ago, in batches that hold no lock for long; keys after eight days."""
    now, forgotten = moment(), 0
    while free_trial_keys(now - KEYS_KEPT, batch=_BATCH):
        pass
    while gone := forget_trials_before(now - KEPT, batch=_BATCH):
        forgotten += gone
    return forgotten

from datetime import datetime
from typing import Self

from django.db import models

from accounts.models import User
from cxloop.kernel.due import Due, DueQuerySet


class DigestWishQuerySet(DueQuerySet["DigestWish"]):
    def to_write(self, now: datetime) -> Self:
        return self.not_put_off(now).filter(next_at__lte=now).order_by("next_at", "pk")


class DigestWish(Due):
    """Somebody wants the letter of the week since then; `next_at` is when the next is written."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    since = models.DateTimeField()
    next_at = models.DateTimeField()

    objects = DigestWishQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.user_id} at {self.next_at}"

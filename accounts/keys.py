"""Keys: random, shown once, kept as a hash, revocable, last use recorded."""

import hashlib
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

LAST_USE_GRAIN = timedelta(minutes=1)


def mint(prefix: str) -> str:
    """A new key in clear: 256 random bits behind a prefix that says its kind."""
    return f"{prefix}_{token_urlsafe(32)}"


def digest(clear: str) -> bytes:
    """SHA-256 of the key. A key is random, so a fast hash is enough and a salt adds nothing."""
    return hashlib.sha256(clear.encode()).digest()


def hint_of(clear: str) -> str:
    """What a person may see again, to tell keys apart: the kind and its first characters."""
    return clear[:14] if "_test_" in clear[:9] else clear[:10]


KeyRow = TypeVar("KeyRow", bound="Key")


class KeyQuerySet(models.QuerySet[KeyRow]):
    def valid(self) -> Self:
        return self.filter(revoked_at=None)

    def matching(self, clear: str) -> Self:
        return self.valid().filter(digest=digest(clear))


class Key(models.Model):
    """What all kinds of keys have in common. `hint` is the part a person may see again."""

    digest = models.BinaryField(max_length=32, unique=True)
    hint = models.CharField(max_length=16)
    label = models.CharField(max_length=100, default="", blank=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.hint}…"

    def note_use(self, now: datetime) -> None:
        """Kept to the minute, so that a busy key is not a hot row."""
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - LAST_USE_GRAIN)
        if self.last_used_at is None or now - self.last_used_at > LAST_USE_GRAIN:
            type(self)._default_manager.filter(stale, pk=self.pk).update(last_used_at=now)

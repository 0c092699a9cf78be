from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from cxloop.kernel.due import Due, DueQuerySet
from cxloop.kernel.file_kinds import DRAWN, KINDS, LARGEST_FILE
from cxloop.kernel.models.letters import Letter


class Content(models.Model):
    """Bytes, the same ones kept once, by their SHA-256 in hex; gone with the last file that has
    them. The column is stored uncompressed, so that a slice of it costs a slice."""

    digest = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveIntegerField(help_text="bytes")
    body = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(size__lte=LARGEST_FILE), name="content_is_bounded")
        ]

    def __str__(self) -> str:
        return self.digest


class FileQuerySet(DueQuerySet["File"]):
    def to_draw(self, now: datetime) -> Self:
        return self.not_put_off(now).filter(drawing=File.Drawing.WANTED).order_by("pk")

    def in_hand(self, now: datetime) -> Self:
        """Somebody draws it, or has died of it a moment ago."""
        return self.filter(drawing=File.Drawing.WANTED, try_after__gt=now, last_error="")


class File(Due):
    """A file as somebody gave it, typed by what is in it and not by what it is called. Where it is
    forgotten, its size stays and its name and content go."""

    class Drawing(models.TextChoices):
        NONE = "none", "nothing that can be drawn"
        WANTED = "wanted"
        DRAWN = "drawn"
        FAILED = "failed", "tried, and could not be drawn"

    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in KINDS])
    size = models.PositiveIntegerField(help_text="bytes")
    content = models.ForeignKey(Content, on_delete=models.PROTECT, null=True, related_name="+")
    preview = models.ForeignKey(
        Content, on_delete=models.PROTECT, null=True, related_name="+", help_text="WebP"
    )
    drawing = models.CharField(max_length=6, choices=Drawing.choices, default=Drawing.NONE)
    kept_at = models.DateTimeField()

    objects = FileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="known_file_kind"),
            models.CheckConstraint(
                condition=Q(content__isnull=False) | Q(name="", preview=None, drawing="none"),
                name="forgotten_file_is_forgotten",
            ),
            models.CheckConstraint(
                condition=Q(drawing="drawn", preview__isnull=False)
                | (~Q(drawing="drawn") & Q(preview=None)),
                name="drawn_file_has_its_drawing",
            ),
            models.CheckConstraint(
                condition=Q(drawing="none") | Q(kind__in=DRAWN), name="only_pictures_are_drawn"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="file_to_draw", condition=Q(drawing="wanted")),
        ]

    def __str__(self) -> str:
        return self.name


class LetterFile(models.Model):
    """A file that leaves with a letter."""

    letter = models.ForeignKey(
        Letter, on_delete=models.CASCADE, related_name="enclosed", db_index=False
    )
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["letter", "file"], name="enclosed_once")]

    def __str__(self) -> str:
        return f"{self.file_id} with {self.letter_id}"

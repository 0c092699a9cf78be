from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import AccessGroup, User
from tickets.work.letter_words import LANGUAGES, LETTERS, SIGNATURE, SORTS, Words


class LetterTemplateQuerySet(models.QuerySet["LetterTemplate"]):
    def in_force(self) -> Self:
        """The newest of each."""
        newest = self.order_by("kind", "language", "group", "-version")
        return newest.distinct("kind", "language", "group")


class LetterTemplate(models.Model):
    """The words of one sort of letter in one language, as an admin wrote them; never changed, only
    followed by the next version. Signatures belong to a group, letters to the house. Blank words
    are the ones that are built in, whatever these become."""

    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=5)
    group = models.ForeignKey(
        AccessGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(help_text="from 1; version 0 is built in")
    subject = models.CharField(max_length=200, default="", blank=True)
    body = models.TextField(default="", blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = LetterTemplateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "language", "group", "version"],
                name="one_letter_template_version",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(SORTS), language__in=LANGUAGES, version__gte=1),
                name="known_letter_template",
            ),
            models.CheckConstraint(
                condition=Q(kind=SIGNATURE, group__isnull=False)
                | Q(kind__in=list(LETTERS), group=None),
                name="signature_alone_has_a_group",
            ),
            models.CheckConstraint(
                condition=Q(subject="") | ~Q(body=""), name="no_subject_without_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.language} v{self.version}"

    @property
    def words(self) -> Words:
        """As they are said: what is built in, where nothing else was written."""
        if not self.body:
            return SORTS[self.kind].built_in[self.language]
        return Words(self.subject, self.body)

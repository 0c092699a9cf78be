from collections.abc import Collection
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import AccessGroup, User
from cxloop.kernel.due import Due, DueQuerySet
from feedback.intake.models import Customer, Feedback
from tickets.kudos.judgement import GROUP, HAND, WHYS
from tickets.recovery.models import Answer
from tickets.work.models import Ticket, TicketFeedback
from tickets.work.shown import feedback_visible_to

SPAM = "spam"
STANDING = Q(withdrawn_at=None)


class KudosQuerySet(models.QuerySet["Kudos"]):
    def visible_to(self, user: User) -> Self:
        """Who sees the words sees whom they praise: the feedback, or the ticket of the answer."""
        if user.is_active and user.reads_everything:
            return self
        heard = feedback_visible_to(user).filter(pk=OuterRef("feedback"))
        asked = Ticket.objects.visible_to(user).filter(pk=OuterRef("answer__question__ticket"))
        return self.filter(Exists(heard) | Exists(asked))

    def standing(self) -> Self:
        """Not taken away, and of no ticket that turned out to be spam."""
        heard = TicketFeedback.objects.filter(feedback=OuterRef("feedback"), ticket__outcome=SPAM)
        answers = Answer.objects.filter(pk=OuterRef("answer"))
        answered = answers.filter(question__ticket__outcome=SPAM)
        return self.filter(STANDING, ~Exists(heard), ~Exists(answered))

    def unseen_by(self, user: User) -> Self:
        """What is news to them, as far as they may see it."""
        news = self.filter(STANDING, person=user, seen_at=None, quiet=False)
        return news.visible_to(user).standing()

    def of_customer(self, customer: Customer, tickets: Collection[int]) -> Self:
        said = Q(feedback__customer=customer) | Q(answer__question__ticket__in=tickets)
        return self.filter(said)


class Kudos(models.Model):
    """What a customer said praises this person, or, without one, the whole group. No words are kept
    here: they are those of the feedback, or of the answer after a repair.

    `at` is when it was said. `why` is how we know; by hand somebody said so. `quiet` was said too
    long ago to be news, unless by hand. What was taken away stays as a row, so that no sweep puts
    it back.
    """

    feedback = models.ForeignKey(
        Feedback, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    answer = models.ForeignKey(
        Answer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    person = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    group = models.ForeignKey(
        AccessGroup, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    why = models.CharField(max_length=10)
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    found_at = models.DateTimeField()
    quiet = models.BooleanField(default=False)
    seen_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = KudosQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(feedback=None, answer__isnull=False)
                | Q(feedback__isnull=False, answer=None),
                name="kudos_is_for_one_saying",
            ),
            models.UniqueConstraint(
                fields=["feedback", "person"],
                condition=Q(feedback__isnull=False, person__isnull=False),
                name="praised_once_a_feedback",
            ),
            models.UniqueConstraint(
                fields=["answer", "person"],
                condition=Q(answer__isnull=False, person__isnull=False),
                name="praised_once_an_answer",
            ),
            models.UniqueConstraint(
                fields=["feedback", "group"],
                condition=Q(feedback__isnull=False, person=None),
                name="group_praised_once_a_feedback",
            ),
            models.UniqueConstraint(
                fields=["answer", "group"],
                condition=Q(answer__isnull=False, person=None),
                name="group_praised_once_an_answer",
            ),
            models.CheckConstraint(condition=Q(why__in=WHYS), name="known_why_of_kudos"),
            models.CheckConstraint(
                condition=Q(why=GROUP, person=None) | (~Q(why=GROUP) & Q(person__isnull=False)),
                name="group_is_praised_where_nobody_is",
            ),
            models.CheckConstraint(
                condition=Q(why=HAND, by__isnull=False) | (~Q(why=HAND) & Q(by=None)),
                name="who_passes_praise_on_is_named",
            ),
            models.CheckConstraint(
                condition=Q(by=None) | Q(person=None) | ~Q(by=F("person")),
                name="nobody_praises_themselves",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="who_withdraws_kudos_is_named",
            ),
            models.CheckConstraint(
                condition=Q(seen_at=None) | Q(person__isnull=False), name="a_person_has_seen_it"
            ),
        ]
        indexes = [
            models.Index(
                fields=["feedback"],
                name="kudos_of_feedback",
                condition=Q(feedback__isnull=False),
            ),
            models.Index(
                fields=["answer"], name="kudos_of_answer", condition=Q(answer__isnull=False)
            ),
            models.Index(fields=["-at", "-id"], name="kudos_newest", condition=STANDING),
            models.Index(
                fields=["person", "-at", "-id"],
                name="kudos_of_person",
                condition=STANDING & Q(person__isnull=False),
            ),
            models.Index(
                fields=["person"],
                name="kudos_unseen",
                condition=STANDING & Q(seen_at=None, quiet=False, person__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"to {self.person_id or self.group_id}"


class UnroutedQuerySet(DueQuerySet["Unrouted"]):
    def to_route(self, now: datetime) -> Self:
        return self.not_put_off(now).filter(since__lte=now).order_by("since", "pk")


class Unrouted(Due):
    """Praise that nobody has looked at for whom it praises; removed by who does."""

    feedback = models.OneToOneField(Feedback, on_delete=models.CASCADE, null=True, related_name="+")
    answer = models.OneToOneField(Answer, on_delete=models.CASCADE, null=True, related_name="+")
    since = models.DateTimeField()

    objects = UnroutedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(feedback=None, answer__isnull=False)
                | Q(feedback__isnull=False, answer=None),
                name="unrouted_is_one_saying",
            )
        ]
        indexes = [models.Index(fields=["since", "id"], name="unrouted_oldest")]

    def __str__(self) -> str:
        return str(self.feedback_id or self.answer_id)


class Listened(models.Model):
    """How far we have listened for praise: to what was judged, in its order, and to answers."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    judged_at = models.DateTimeField(null=True)
    judged = models.UUIDField(null=True)
    answer = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="listened_along_one_way"),
            models.CheckConstraint(
                condition=Q(judged_at=None, judged=None)
                | Q(judged_at__isnull=False, judged__isnull=False),
                name="listened_to_somebody_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.judged_at} and {self.answer}"

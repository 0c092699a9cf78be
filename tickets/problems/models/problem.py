from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import AccessGroup, User
from cxloop.kernel.due import Due, DueQuerySet
from tickets.problems.lifecycle import FIXED, SEEN, STATES
from tickets.work.models import RootCause, Ticket


class ProblemQuerySet(DueQuerySet["Problem"]):
    def visible_to(self, user: User) -> Self:
        """The one question that decides who may see a problem: who sees its group; what concerns
        the whole house is seen by everybody in it."""
        if not user.is_active:
            return self.none()
        seen = AccessGroup.objects.visible_to(user).values("pk")
        return self.filter(Q(group=None) | Q(group__in=seen))

    def workable_by(self, user: User) -> Self:
        """Who may change it: its owner, who leads its group; of the whole house who leads any."""
        if not user.is_active:
            return self.none()
        led = AccessGroup.objects.led_by(user)
        of_house = Q(group=None) if user.is_admin or led.exists() else Q(pk=None)
        own = Q() if user.is_admin or not user.reads_everything else Q(pk=None)
        mine = Q(group__in=led.values("pk")) | of_house | (Q(owner=user) & own)
        return self.visible_to(user).filter(mine)

    def current(self) -> Self:
        return self.filter(archived_at=None)

    def gathering(self) -> Self:
        return self.current().filter(gathers=True)

    def to_look_back(self, now: datetime) -> Self:
        """Whose past has still to be walked for tickets of its cause."""
        due = self.not_put_off(now).filter(looks_back_at__lte=now)
        return due.order_by("looks_back_at", "pk")


class Problem(Due):
    """The cause behind many tickets. Without a group it concerns the whole house.

    One that `gathers` takes up by itself the tickets, received from `gathers_from` on, whose repair
    names its root cause; `looks_back_at` and `looked_back_to` are how far it has come in the past,
    for as long as it has not reached the present.
    """

    title = models.CharField(max_length=200)
    description = models.TextField(default="", blank=True)
    root_cause = models.ForeignKey(RootCause, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(
        AccessGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, default=SEEN)
    planned_for = models.DateField(null=True, blank=True)
    fixed_on = models.DateField(null=True, blank=True)
    links = models.JSONField(default=list, blank=True, help_text="[{label, url}]")
    gathers = models.BooleanField(default=True)
    gathers_from = models.DateTimeField()
    looks_back_at = models.DateTimeField(null=True, blank=True)
    looked_back_to = models.DateTimeField(null=True, blank=True)
    looked_back_ticket = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ProblemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="known_problem_state"),
            models.CheckConstraint(
                condition=Q(state=FIXED, fixed_on__isnull=False)
                | (~Q(state=FIXED) & Q(fixed_on=None)),
                name="fixed_problem_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="problem_by_age"),
            models.Index(
                fields=["looks_back_at"],
                name="problem_to_look_back",
                condition=Q(looks_back_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_fixed(self) -> bool:
        return self.state == FIXED


class ProblemEntry(models.Model):
    """One act on a problem, written in its transaction; a trigger keeps it as it was written. An
    act of nobody's is the watch's."""

    problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    at = models.DateTimeField()
    kind = models.CharField(max_length=30)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField(default="", blank=True)
    reason = models.JSONField(default=dict, blank=True)
    ticket = models.ForeignKey(
        Ticket,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="the ticket it is about: who does not see that, does not see this",
    )

    class Meta:
        indexes = [models.Index(fields=["problem", "at", "id"], name="history_of_problem")]

    def __str__(self) -> str:
        return f"{self.kind} on {self.problem_id}"


class ProblemTicketQuerySet(models.QuerySet["ProblemTicket"]):
    def standing(self) -> Self:
        return self.filter(out_at=None)


class ProblemTicket(models.Model):
    """This ticket is one of the problem's. What a person took out again stays as a row, so that no
    rule puts it back; what a rule took out names nobody, and a rule may put it back."""

    class How(models.TextChoices):
        HAND = "hand"
        RULE = "rule"
        SUGGESTION = "suggestion"

    # The unique key serves the reference to the problem too.
    problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, related_name="tickets", db_index=False
    )
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=10, choices=How.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    out_at = models.DateTimeField(null=True, blank=True)
    out_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ProblemTicketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["problem", "ticket"], name="ticket_in_problem_once"),
            models.CheckConstraint(
                condition=Q(how="rule", by=None)
                | Q(how__in=["hand", "suggestion"], by__isnull=False),
                name="who_put_it_in_is_named",
            ),
            models.CheckConstraint(
                condition=Q(out_by=None) | Q(out_at__isnull=False), name="taken_out_has_time"
            ),
            models.CheckConstraint(
                condition=Q(out_at=None) | Q(out_by__isnull=False) | Q(how="rule"),
                name="only_a_rule_takes_out_what_a_rule_put_in",
            ),
            models.CheckConstraint(
                condition=Q(out_at=None) | Q(out_at__gte=F("at")), name="taken_out_after_put_in"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} of {self.problem_id}"


class Gathered(models.Model):
    """How far the history of tickets was walked, to find those whose repair names a cause: the
    number of an entry."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    entry = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="gathered_along_one_way")]

    def __str__(self) -> str:
        return str(self.entry)

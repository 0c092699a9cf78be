from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import Membership, User
from accounts.roles import OrganisationRole
from cxloop.kernel.due import Due, DueQuerySet
from cxloop.kernel.models import Letter
from tickets.work.events import EVENTS, WAYS
from tickets.work.models.history import TimelineEntry
from tickets.work.models.ticket import Ticket, TicketShare


class WatchQuerySet(models.QuerySet["Watch"]):
    def that_hear(self) -> Self:
        """Of those who watch, the active people who may still see their ticket."""
        held = Membership.objects.filter(user=OuterRef("user"), group__archived_at=None)
        shares = TicketShare.objects.filter(ticket=OuterRef(OuterRef("ticket")))
        sees = held.filter(Q(group=OuterRef("ticket__group")) | Q(group__in=shares.values("group")))
        reads_all = ~Q(user__organisation_role=OrganisationRole.NONE)
        people = self.filter(user__is_active=True, user__kind=User.Kind.PERSON)
        return people.filter(reads_all | Exists(sees))


class Watch(models.Model):
    """Somebody who hears what happens on a ticket that is not theirs."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="watches", db_index=False
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()

    objects = WatchQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="watches_once")]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.ticket_id}"


class NewsChoice(models.Model):
    """How somebody wants to hear of this kind of event; without one as `events` says."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    event = models.CharField(max_length=20)
    way = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "event"], name="one_choice_an_event"),
            models.CheckConstraint(
                condition=Q(event__in=EVENTS, way__in=WAYS), name="known_choice"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.event} by {self.way}"


class NewsQuerySet(DueQuerySet["News"]):
    def untold(self, now: datetime) -> Self:
        """What people have not been written yet, person by person."""
        return self.not_put_off(now).filter(tell_at__lte=now).order_by("user_id", "pk")

    def unseen_by(self, user: User) -> Self:
        return self.filter(user=user, seen_at=None)

    def told_since(self, start: datetime) -> Self:
        return self.filter(told_at__gt=start)


class News(Due):
    """This person hears of this entry, once: on the desk, and by letter where they chose so.

    `tell_at` is when its letter is due, for as long as it waits to be written; whoever has seen it
    on the desk by then is not written to.
    """

    entry = models.ForeignKey(TimelineEntry, on_delete=models.PROTECT, related_name="+")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    event = models.CharField(max_length=20)
    at = models.DateTimeField()
    tell_at = models.DateTimeField(null=True, blank=True)
    letter = models.ForeignKey(Letter, on_delete=models.SET_NULL, null=True, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True, help_text="when its letter was written")
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = NewsQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "user"], name="one_news_a_person"),
            models.CheckConstraint(condition=Q(event__in=EVENTS), name="known_event"),
            models.CheckConstraint(
                condition=Q(tell_at=None) | Q(told_at=None, seen_at=None), name="told_or_waiting"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="news_of_person"),
            models.Index(
                fields=["user", "ticket"], name="news_unseen", condition=Q(seen_at__isnull=True)
            ),
            models.Index(
                fields=["tell_at", "user"], name="news_untold", condition=Q(tell_at__isnull=False)
            ),
            models.Index(
                fields=["user", "told_at"], name="news_told", condition=Q(told_at__isnull=False)
            ),
            models.Index(fields=["at"], name="news_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.user_id}"

    @property
    def waits_for_letter(self) -> bool:
        return self.tell_at is not None

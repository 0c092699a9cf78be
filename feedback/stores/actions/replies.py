"""A reply that an export told of has found its ticket, or that none has its review."""

from collections.abc import Iterable

from feedback.stores.models import StoreReply


def mark_noted(replies: Iterable[StoreReply]) -> None:
    _mark(replies, StoreReply.State.NOTED)


def mark_unneeded(replies: Iterable[StoreReply]) -> None:
    _mark(replies, StoreReply.State.UNNEEDED)


def _mark(replies: Iterable[StoreReply], state: StoreReply.State) -> None:
    StoreReply.objects.filter(pk__in=[reply.pk for reply in replies]).update(state=state)

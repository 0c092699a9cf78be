"""The letter to whoever leads a group that has handed a ticket on for the third time or more. They
may not see it any more, so it says nothing of the customer."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from accounts.models import User
from cxloop.kernel.letters import Draft, write_letters
from tickets.work.actor import Actor
from tickets.work.models import Handover, Ticket

KIND = "handed_again"

_WORDS: Mapping[str, tuple[str, str]] = {
    "en": (
        "Handed over {number} times: {ref}",
        "{ref} went from {before} to {after}: it was handed over {number} times by now.\n\n"
        "Nobody has to act at once: {after} has it, and the promises to the customer run on. But a "
        "ticket that goes from group to group is often one that nobody feels responsible for. "
        "Speak with who leads {after}.\n",
    ),
    "ko": (
        "{number}번째 넘김: {ref}",
        "{ref} 티켓을 {before} 그룹에서 {after} 그룹으로 넘겼습니다. 지금까지 모두 {number}번 "
        "넘겨졌습니다.\n\n"
        "지금 당장 하실 일은 없습니다. 티켓은 {after} 그룹에 있고 고객과의 약속도 그대로 "
        "이어집니다. 다만 여러 그룹을 오가는 티켓은 아무도 책임지지 않기 쉽습니다. "
        "{after} 그룹의 리드와 상의해 주세요.\n",
    ),
}


def tell_again(handover: Handover, leads: Iterable[User], *, by: Actor, now: datetime) -> None:
    """To be called once the ticket is in its new group: who may see it there hears of it by its
    news. Imported history alarms nobody."""
    if not handover.ticket.quiet:
        others = [lead for lead in leads if lead != by.user and not _sees(lead, handover)]
        write_letters([_draft(handover, lead, now) for lead in others], now=now)


def _sees(person: User, handover: Handover) -> bool:
    return Ticket.objects.visible_to(person).filter(pk=handover.ticket_id).exists()


def _draft(handover: Handover, lead: User, now: datetime) -> Draft:
    subject, body = _WORDS.get(lead.language, _WORDS["en"])
    said = {
        "number": handover.number,
        "ref": handover.ticket.ref,
        "before": handover.from_group.name,
        "after": handover.to_group.name,
    }
    return Draft(
        key=f"{KIND}:{handover.pk}:{lead.pk}",
        kind=KIND,
        to=lead.email,
        subject=subject.format(**said),
        body=body.format(**said),
        language=lead.language,
        automatic=True,
        about_at=now,
    )

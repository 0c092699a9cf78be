"""What we write to colleagues about what happened on their tickets, in their language."""

from dataclasses import dataclass

from feedback.email.marks import mark_of
from tickets.escalation.wording import LANGUAGES
from tickets.work.events import Event

LONGEST = 2_000
MOST_LINES = 50

_HAPPENED = {
    "en": {
        Event.GIVEN: "Given to you",
        Event.CUSTOMER: "The customer wrote",
        Event.COLLEAGUE: "A colleague wrote",
        Event.MOVED: "It moved on",
        Event.FAILED: "A letter reached nobody",
        Event.MENTION: "You are mentioned",
        Event.HANDED: "A hand-over",
        Event.OUTSIDE: "Somebody else answered",
    },
    "ko": {
        Event.GIVEN: "담당 지정",
        Event.CUSTOMER: "고객의 글",
        Event.COLLEAGUE: "동료의 글",
        Event.MOVED: "상태 변경",
        Event.FAILED: "전달되지 않은 메일",
        Event.MENTION: "나를 언급",
        Event.HANDED: "그룹 간 넘김",
        Event.OUTSIDE: "외부의 답장",
    },
}
# Of a hand-over by the kind of its entry: what there is to do differs.
_HANDED = {
    "en": {
        "not_accepted": "Nobody of your group has accepted it yet",
        "handed_over": "Handed over again and again",
        "sent_back": "Sent back to your group",
        "handover_taken_back": "Back with your group: who gave it away took it back",
    },
    "ko": {
        "not_accepted": "아직 그룹에서 아무도 수락하지 않음",
        "handed_over": "여러 번 넘겨진 티켓",
        "sent_back": "그룹으로 되돌아온 티켓",
        "handover_taken_back": "넘긴 사람이 되찾아 그룹으로 돌아온 티켓",
    },
}
_SAID = {
    "en": {
        "by": "By {whom}.",
        "several": "News on your tickets: {count}",
        "more": "and {count} more",
        "choose": "You choose what you hear of, and how: {link}",
    },
    "ko": {
        "by": "{whom} 님이 남겼습니다.",
        "several": "내 티켓 소식 {count}건",
        "more": "외 {count}건",
        "choose": "어떤 소식을 어떻게 받을지 직접 정할 수 있습니다: {link}",
    },
}


@dataclass(frozen=True)
class Item:
    """One thing that happened, by an entry of that kind. `text` is what was written, if anything;
    `whom` the colleague."""

    ref: str
    subject: str
    event: str
    text: str
    link: str
    whom: str = ""
    kind: str = ""


def single(item: Item, *, language: str, choose: str) -> tuple[str, str]:
    """Subject and body."""
    spoken = _spoken(language)
    said, what = _SAID[spoken], _what(item, spoken)
    parts = [
        f"{item.ref}: {item.subject}",
        what + (f"\n{said['by'].format(whom=item.whom)}" if item.whom else ""),
        _shortened(item.text, LONGEST),
        item.link,
        said["choose"].format(link=choose),
    ]
    return f"{what}: {item.subject} {mark_of(item.ref)}", "\n\n".join(
        part for part in parts if part
    ) + "\n"


def gathered(items: list[Item], *, count: int, language: str, choose: str) -> tuple[str, str]:
    """One letter for `count` things that happened, of which `items` are the first."""
    spoken = _spoken(language)
    said = _SAID[spoken]
    lines = [f"{item.ref}  {_what(item, spoken)}  {item.subject}\n  {item.link}" for item in items]
    if count > len(items):
        lines.append(said["more"].format(count=count - len(items)))
    body = "\n\n".join(["\n".join(lines), said["choose"].format(link=choose)])
    return said["several"].format(count=count), body + "\n"


def _what(item: Item, spoken: str) -> str:
    happened = _HAPPENED[spoken][Event(item.event)]
    return _HANDED[spoken].get(item.kind, happened) if item.event == Event.HANDED else happened


def _spoken(language: str) -> str:
    return language if language in LANGUAGES else LANGUAGES[0]


def _shortened(text: str, longest: int) -> str:
    said = text.strip()
    return said if len(said) <= longest else said[: longest - 1].rstrip() + "…"

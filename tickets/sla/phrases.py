"""What an explanation says, in English and Korean. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from tickets.sla.durations import UNITS, in_words

ENGLISH, KOREAN = "en", "ko"

_PROMISED = {
    ENGLISH: {
        "acknowledge": "to say that we have the message",
        "follow_up": "that a person answers",
        "next_reply": "that a person answers when they write again",
        "resolve": "to settle the matter",
        "keep_in_loop": "that they hear news",
        "close_loop": "that they say themselves that it is settled",
        "call_back": "to call them back",
        "approve": "among ourselves, to decide on what is given to them",
    },
    KOREAN: {
        "acknowledge": "접수했다고 알리기로",
        "follow_up": "담당자가 답하기로",
        "next_reply": "다시 쓰신 글에 담당자가 답하기로",
        "resolve": "문제를 해결하기로",
        "keep_in_loop": "진행 소식을 알리기로",
        "close_loop": "해결되었는지 고객께 직접 확인하기로",
        "call_back": "전화를 드리기로",
        "approve": "보상 여부를 내부에서 결정하기로",
    },
}
PHRASES = {
    ENGLISH: {
        "call": "They asked to be called by {before}.",
        "call_between": "They asked to be called between {after} and {before}.",
        "promise": "We promised {promised} within {time}, counted {manner}.",
        "round_the_clock": "round the clock",
        "opening_hours": "in opening hours",
        "changed": "On {when} that became {time}.",
        "moved": "On {when} that became {time}, counted {manner} from then on.",
        "law": "{law} obliges us to it.",
        "start": "The time runs from {when}, when we were told.",
        "pause": "From {start} to {end} we waited for the customer: {time} did not count.",
        "closed": "We were closed on {day}, in hours that are usually open.",
        "special": "We had special hours on {day}.",
        "many_days": "{count} days counted, from {first} to {last}: {time} in all.",
        "day": "{time} on {day}",
        "days": "Counted were {days}: {time} in all.",
        "falls": "So it falls due on {when}.",
        "fell": "So it fell due on {when}.",
        "left": "{time} have counted; {left} are left when it goes on.",
        "struck": "What was written on {when} reached nobody, so the old due time holds.",
        "kept": "It was kept on {when}, {time} before.",
        "broken": "It was not kept; we noted that on {when}.",
        "made_good": "It was made good on {when}, {time} late.",
        "told_late": "In fact it was met on {when}, {time} before; we heard of that too late.",
        "void": "It ended on {when} without contact: {reason}.",
        "given_up": "It was given up on {when} without contact: {reason}.",
        "what_if": "With priority {priority} it would be due on {when}.",
    },
    KOREAN: {
        "call": "{before}까지 전화해 달라고 하셨습니다.",
        "call_between": "{after}부터 {before} 사이에 전화해 달라고 하셨습니다.",
        "promise": "{time} 안에 {promised} 약속했습니다({manner}).",
        "round_the_clock": "24시간 기준",
        "opening_hours": "영업시간 기준",
        "changed": "{when}에 기한이 {time}(으)로 바뀌었습니다.",
        "moved": "{when}부터 기한이 {time}(으)로 바뀌었습니다({manner}).",
        "law": "근거: {law}.",
        "start": "말씀을 받은 {when}부터 셉니다.",
        "pause": "{start}부터 {end}까지는 고객의 답을 기다렸으므로 {time}을 세지 않았습니다.",
        "closed": "{day}에는 평소 여는 시간이지만 쉬었습니다.",
        "special": "{day}에는 영업시간이 달랐습니다.",
        "many_days": "{first}부터 {last}까지 {count}일에 걸쳐 모두 {time}을 셌습니다.",
        "day": "{day} {time}",
        "days": "{days}, 모두 {time}을 셌습니다.",
        "falls": "따라서 기한은 {when}입니다.",
        "fell": "따라서 기한은 {when}이었습니다.",
        "left": "지금까지 {time}이 지났고, 다시 시작하면 {left}이 남습니다.",
        "struck": "{when}에 쓴 글이 전달되지 않아 원래 기한이 그대로 적용됩니다.",
        "kept": "{when}에 지켰습니다. 기한까지 {time}이 남아 있었습니다.",
        "broken": "지키지 못했습니다. {when}에 확인했습니다.",
        "made_good": "{when}에 뒤늦게 이행했습니다. {time} 늦었습니다.",
        "told_late": "실제로는 기한보다 {time} 앞선 {when}에 이행했으나 늦게 전해 들었습니다.",
        "void": "{when}에 연락 없이 끝났습니다: {reason}.",
        "given_up": "{when}에 연락 없이 그만두었습니다: {reason}.",
        "what_if": "우선순위가 ‘{priority}’이면 기한은 {when}입니다.",
    },
}
_PRIORITIES_IN_KOREAN = {"low": "낮음", "normal": "보통", "high": "높음", "urgent": "긴급"}
_UNITS_IN_KOREAN = {"hour": "시간", "minute": "분", "second": "초"}
_WEEKDAYS_IN_KOREAN = "월화수목금토일"


@dataclass(frozen=True)
class Speaker:
    """Says the phrases of one language; another than these two is spoken to in English."""

    language: str = ENGLISH

    def say(self, phrase: str, **slots: object) -> str:
        return PHRASES[self._known][phrase].format(**slots)

    def promised(self, kind: str) -> str:
        return _PROMISED[self._known][kind]

    def priority(self, word: str) -> str:
        return _PRIORITIES_IN_KOREAN[word] if self._known == KOREAN else word

    def length(self, seconds: int) -> str:
        """Exact to the second; hours are never folded into days."""
        return _in_korean(seconds) if self._known == KOREAN else in_words(seconds)

    def day(self, local: date) -> str:
        return _day_in_words(date(local.year, local.month, local.day), self._known)

    def when(self, at: datetime, zone: ZoneInfo) -> str:
        """Friday 20 November 2026, 09:00 (UTC); with seconds where there are some."""
        local = at.astimezone(zone)
        time = local.strftime("%H:%M:%S" if local.second else "%H:%M")
        comma = "" if self._known == KOREAN else ","
        return f"{self.day(local)}{comma} {time} ({zone.key})"

    @property
    def _known(self) -> str:
        return KOREAN if self.language == KOREAN else ENGLISH


@lru_cache(maxsize=1024)
def _day_in_words(day: date, language: str) -> str:
    """A long history names the same few days again and again."""
    if language == KOREAN:
        return f"{day.year}년 {day.month}월 {day.day}일({_WEEKDAYS_IN_KOREAN[day.weekday()]})"
    return f"{day:%A} {day.day} {day:%B %Y}"


def _in_korean(seconds: int) -> str:
    left, words = abs(seconds), []
    for length, unit in UNITS:
        number, left = divmod(left, length)
        if number:
            words.append(f"{number:,}{_UNITS_IN_KOREAN[unit]}")
    return ("-" if seconds < 0 else "") + (" ".join(words) or "0초")

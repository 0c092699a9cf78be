"""What we write to colleagues about a promise in danger, in their language and their time."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LANGUAGES = ("en", "ko")
MOST_LINES = 50

_PROMISED = {
    "en": {
        "acknowledge": "that we have their message is confirmed",
        "follow_up": "a person answers the customer",
        "next_reply": "a person answers what the customer has written since",
        "resolve": "the matter is settled",
        "keep_in_loop": "the customer hears how it stands",
        "close_loop": "the customer says whether it is put right",
        "call_back": "the customer is called when they asked to be",
        "approve": "somebody decides on a gesture that waits for approval",
    },
    "ko": {
        "acknowledge": "접수 확인을 보낸다",
        "follow_up": "담당자가 고객에게 직접 답한다",
        "next_reply": "고객이 다시 보낸 글에 담당자가 답한다",
        "resolve": "문제를 해결한다",
        "keep_in_loop": "고객에게 진행 상황을 알린다",
        "close_loop": "해결되었는지 고객이 직접 말한다",
        "call_back": "고객이 원한 시간에 전화한다",
        "approve": "승인을 기다리는 보상을 결정한다",
    },
}
_LEVELS = {
    "en": {
        "owner": "the owner",
        "agent": "the agent",
        "lead": "the lead",
        "manager": "the manager",
        "admin": "the admin",
        "named": "the person named on the ladder",
        "watchers": "whoever watches it",
    },
    "ko": {
        "owner": "담당자",
        "agent": "상담원",
        "lead": "팀 리드",
        "manager": "매니저",
        "admin": "관리자",
        "named": "지정된 사람",
        "watchers": "지켜보는 사람",
    },
}
_SAID = {
    "en": {
        "subject": "Promise in danger{about} [{ref}]",
        "subject_broken": "Promise broken{about} [{ref}]",
        "promised": "Promised: {promise}\nBy: {due}",
        "left": "Time left: {time}",
        "over": "Overdue by: {time}",
        "instead": "This comes to you because {whom} is missing or away.",
        "decides": "This comes to you because {whom} is missing or away, or may not decide on it.",
        "stands_in": "You stand in for {whom}.",
        "time": "{hours} h {minutes} min",
        "digest_subject": "{count} promises in danger or broken",
        "digest": "{count} promises want your attention. The earliest due times first:",
        "more": "and {count} more",
    },
    "ko": {
        "subject": "약속 기한 임박{about} [{ref}]",
        "subject_broken": "약속 기한 초과{about} [{ref}]",
        "promised": "약속: {promise}\n기한: {due}",
        "left": "남은 시간: {time}",
        "over": "초과 시간: {time}",
        "instead": "{whom} 자리가 비어 있거나 부재중이어서 대신 알려 드립니다.",
        "decides": "{whom} 자리가 비어 있거나 부재중이거나 결정할 수 없어 대신 알려 드립니다.",
        "stands_in": "{whom} 님이 부재중이어서 대신 알려 드립니다.",
        "time": "{hours}시간 {minutes}분",
        "digest_subject": "기한이 임박했거나 지난 약속 {count}건",
        "digest": "확인이 필요한 약속이 {count}건 있습니다. 기한이 이른 순서입니다.",
        "more": "외 {count}건",
    },
}


@dataclass(frozen=True)
class Case:
    """One promise in danger. `due_at` is the promise's, not the rung's. The subject is the
    customer's words: blank for whoever may not read them."""

    ref: str
    subject: str
    clock: str
    due_at: datetime
    link: str
    instead_of: str = ""
    stands_in_for: str = ""


def notice(case: Case, *, language: str, zone: str, now: datetime) -> tuple[str, str]:
    """Subject and body."""
    spoken = language if language in LANGUAGES else LANGUAGES[0]
    said = _SAID[spoken]
    is_broken = now > case.due_at
    about = f": {case.subject}" if case.subject else ""
    subject = said["subject_broken" if is_broken else "subject"].format(ref=case.ref, about=about)
    promise, due = _PROMISED[spoken][case.clock], local_time(case.due_at, zone)
    parts = [
        f"{case.ref}{about}",
        said["promised"].format(promise=promise, due=due),
        said["over" if is_broken else "left"].format(time=_span(case.due_at, now, said["time"])),
        _why_them(case, spoken),
        case.link,
    ]
    body = "\n\n".join(part for part in parts if part) + "\n"
    return subject, body


def _why_them(case: Case, spoken: str) -> str:
    if case.stands_in_for:
        return _SAID[spoken]["stands_in"].format(whom=case.stands_in_for)
    if case.instead_of:
        why = "decides" if case.clock == "approve" else "instead"
        return _SAID[spoken][why].format(whom=_LEVELS[spoken][case.instead_of])
    return ""


def digest(
    cases: list[Case], *, count: int, link: str, language: str, zone: str
) -> tuple[str, str]:
    """One letter for `count` promises, of which `cases` are the first."""
    said = _SAID[language if language in LANGUAGES else LANGUAGES[0]]
    heads = [f"{local_time(c.due_at, zone)}  {c.ref}  {c.subject}".rstrip() for c in cases]
    lines = [f"{head}\n  {case.link}" for head, case in zip(heads, cases, strict=True)]
    if count > len(cases):
        lines.append(said["more"].format(count=count - len(cases)))
    body = "\n\n".join([said["digest"].format(count=count), "\n".join(lines), link])
    return said["digest_subject"].format(count=count), body + "\n"


def local_time(at: datetime, zone: str) -> str:
    return at.astimezone(_zone(zone)).strftime("%Y-%m-%d %H:%M %Z")


def _zone(name: str) -> ZoneInfo:
    """A zone that was renamed away must not keep a notice from leaving."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _span(due_at: datetime, now: datetime, text: str) -> str:
    minutes = int(abs(due_at - now).total_seconds()) // 60
    return text.format(hours=minutes // 60, minutes=minutes % 60)

"""The letter of the week, in the language and the time of who wants it. It names tickets by their
number alone: what customers said stays on the desk."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from insights.shares import Share
from insights.waiting import Oldest
from insights.week import MOST_COUNTED, Week
from tickets.escalation.wording import LANGUAGES, local_time

_OUTCOMES = {
    "en": {
        "recovered": "Recovered",
        "improved": "Improved",
        "satisfied_without_repair": "Satisfied without repair",
        "not_recovered": "Not recovered",
        "silent": "Asked, and silent",
        "unreachable": "Could not be reached",
        "no_contact_wanted": "Wants no contact",
        "no_contact_possible": "Cannot be contacted",
        "not_actionable": "Nothing to be done",
        "merged": "Merged",
        "spam": "Spam",
    },
    "ko": {
        "recovered": "회복됨",
        "improved": "나아짐",
        "satisfied_without_repair": "조치 없이 만족",
        "not_recovered": "회복되지 않음",
        "silent": "물었으나 답이 없음",
        "unreachable": "연락이 닿지 않음",
        "no_contact_wanted": "연락을 원하지 않음",
        "no_contact_possible": "연락할 방법이 없음",
        "not_actionable": "조치할 것이 없음",
        "merged": "병합됨",
        "spam": "스팸",
    },
}
_SAID = {
    "en": {
        "subject": "Your week: {share} answered within 48 hours ({part} of {whole})",
        "subject_none": "Your week: no feedback to be judged",
        "days": "Received from {first} to {last}, and at least 48 hours old, in the groups you "
        "manage:",
        "real": "Answered by a person within 48 real hours: {share} ({part} of {whole}; 95 % "
        "interval {low} to {high}).",
        "promised": "As the policies promise, in their own hours: {share} ({part} of {whole}; "
        "95 % interval {low} to {high}).",
        "none": "Nothing was received that counts.",
        "void": "Closed without contact, with a reason, and in neither: {count}.",
        "broken": "Promises of an answer broken in the past week: {count}.",
        "outstanding": "Tickets with something broken and not made good just now: {count}.",
        "oldest": "Waiting longest for a first contact:",
        "nobody": "Nobody waits for a first contact.",
        "since": "{group}: {ref}, since {since}",
        "likely": "Likely to break: {count}",
        "unlikely": "At their pace the groups reach everything in time.",
        "hidden": "What will likely break is not told: the forecast does not beat the base rate.",
        "chance": "{ref} ({share})",
        "more": "and {count} more",
        "endings": "How it ended, for the tickets closed in the past week:",
        "no_endings": "No ticket was closed in the past week.",
        "report": "The report: {link}",
        "choose": "You chose this letter, and can end it: {link}",
        "many": "{count} or more",
    },
    "ko": {
        "subject": "지난 한 주: 48시간 안에 답한 비율 {share} ({whole}건 중 {part}건)",
        "subject_none": "지난 한 주: 판단할 피드백이 없습니다",
        "days": "관리하는 그룹에서 {first}부터 {last}까지 접수되어 48시간이 지난 피드백입니다.",
        "real": "실제 시간 48시간 안에 담당자가 답함: {share} ({whole}건 중 {part}건, "
        "95 % 구간 {low}~{high}).",
        "promised": "정책이 약속한 업무 시간 기준: {share} ({whole}건 중 {part}건, "
        "95 % 구간 {low}~{high}).",
        "none": "집계할 피드백이 없습니다.",
        "void": "사유를 남기고 연락 없이 종료되어 어느 쪽에도 들지 않음: {count}건.",
        "broken": "지난 한 주에 지키지 못한 답변 약속: {count}건.",
        "outstanding": "기한이 지났고 아직 수습되지 않은 티켓: {count}건.",
        "oldest": "첫 연락을 가장 오래 기다리는 고객:",
        "nobody": "첫 연락을 기다리는 고객이 없습니다.",
        "since": "{group}: {ref}, {since}부터",
        "likely": "지키지 못할 것 같은 약속: {count}건",
        "unlikely": "지금 속도라면 모두 제때 답할 수 있습니다.",
        "hidden": "예측이 기본 비율보다 낫지 않아 지키지 못할 것 같은 약속은 알려 드리지 않습니다.",
        "chance": "{ref} ({share})",
        "more": "외 {count}건",
        "endings": "지난 한 주에 종료된 티켓의 결과:",
        "no_endings": "지난 한 주에 종료된 티켓이 없습니다.",
        "report": "보고서: {link}",
        "choose": "직접 신청하신 메일이며 언제든 그만 받을 수 있습니다: {link}",
        "many": "{count} 이상",
    },
}
Said = dict[str, str]


def letter_of(week: Week, *, language: str, zone: ZoneInfo, base: str) -> tuple[str, str]:
    """Subject and body."""
    spoken = language if language in LANGUAGES else LANGUAGES[0]
    said, real = _SAID[spoken], week.kept.in_48_hours
    subject = said["subject" if real.whole else "subject_none"].format(**_share(real))
    parts = [
        "\n".join(_rates(week, said)),
        "\n".join(_broken(week, said, base)),
        "\n".join(_oldest(week, said, zone, base)),
        "\n".join(_likely(week, said, base)),
        "\n".join(_endings(week, said, spoken)),
        said["report"].format(link=f"{base}/report"),
        said["choose"].format(link=f"{base}/settings#digest"),
    ]
    return subject, "\n\n".join(parts) + "\n"


def _rates(week: Week, said: Said) -> Iterator[str]:
    yield said["days"].format(first=week.first.isoformat(), last=week.last.isoformat())
    for name, share in (("real", week.kept.in_48_hours), ("promised", week.kept.as_promised)):
        if share.whole:
            yield said[name].format(**_share(share))
        elif name == "real":
            yield said["none"]
    yield said["void"].format(count=week.kept.void)


def _broken(week: Week, said: Said, base: str) -> Iterator[str]:
    yield said["broken"].format(count=week.broken)
    count: object = week.outstanding
    if week.outstanding >= MOST_COUNTED:
        count = said["many"].format(count=f"{MOST_COUNTED:,}")
    yield said["outstanding"].format(count=count)
    if week.outstanding:
        yield f"  {base}/queue?tab=breached"


def _oldest(week: Week, said: Said, zone: ZoneInfo, base: str) -> Iterator[str]:
    yield said["oldest" if week.oldest else "nobody"]
    for one in week.oldest:
        yield f"  {_waiting(one, week, said, zone)}"
        yield f"    {base}/tickets/{one.ref}"


def _waiting(one: Oldest, week: Week, said: Said, zone: ZoneInfo) -> str:
    since = local_time(one.since, zone.key)
    return said["since"].format(group=week.groups[one.group], ref=one.ref, since=since)


def _likely(week: Week, said: Said, base: str) -> Iterator[str]:
    found = week.likely
    if not found.standing.is_shown:
        yield said["hidden"]
    elif not found.found:
        yield said["unlikely"]
    else:
        yield said["likely"].format(count=len(found.found) + found.more)
        for outlook, chance in found.found:
            ref = f"T-{outlook.waiting.ticket}"
            yield f"  {said['chance'].format(ref=ref, share=percent(chance))}"
            yield f"    {base}/tickets/{ref}"
        if found.more:
            yield f"  {said['more'].format(count=found.more)}"


def _endings(week: Week, said: Said, spoken: str) -> Iterator[str]:
    yield said["endings" if week.endings else "no_endings"]
    for outcome, word in _OUTCOMES[spoken].items():
        if week.endings.get(outcome):
            yield f"  {word}: {week.endings[outcome]}"


def _share(share: Share) -> dict[str, object]:
    low, high = share.interval or (0.0, 0.0)
    return {
        "share": percent(share.value or 0.0),
        "part": share.part,
        "whole": share.whole,
        "low": percent(low),
        "high": percent(high),
    }


def percent(share: float) -> str:
    return f"{share * 100:.0f} %"

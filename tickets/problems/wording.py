"""What is written to the owner of a problem when its watch has found that the fix does not hold."""

from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import User
from cxloop.kernel.letters import Draft
from tickets.problems.door import sees_whole
from tickets.problems.models import Problem, WatchPoint
from tickets.work.teams import who_leads

SIGNAL = "problem_signal"

_SAID = {
    "en": {
        "subject": "The fix does not hold: {title}",
        "figures": "From {start} to {end} it was {had} of {of} new tickets. If the fix had left "
        "what it claimed, about {expected} would have been expected, and more than {most} in one "
        "period of 370 at most.",
        "bare": "From {start} to {end} more new tickets had this cause than the fix had claimed to "
        "leave; by chance alone that happens in one period of 370 at most.",
        "next": "The problem is open again, as seen, and its watch has ended:\n{link}",
    },
    "ko": {
        "subject": "조치 효과가 유지되지 않습니다: {title}",
        "figures": "{start}부터 {end}까지 새 티켓 {of}건 중 {had}건이 이 원인이었습니다. 조치가 "
        "말한 만큼만 남았다면 약 {expected}건이 예상되며, {most}건을 넘는 일은 많아야 370번의 기간 "
        "중 한 번입니다.",
        "bare": "{start}부터 {end}까지 이 원인의 새 티켓이 조치 후 남을 것으로 본 수보다 "
        "많았습니다. 우연이라면 많아야 370번의 기간 중 한 번 있는 일입니다.",
        "next": "문제는 다시 ‘발견됨’ 상태가 되었고 관찰은 끝났습니다.\n{link}",
    },
}


def signal_letters(problem: Problem, point: WatchPoint) -> list[Draft]:
    """To its owner; where they do not see it any more, to who leads its group, or to the admins."""
    return [_letter(problem, point, person) for person in _who_hears(problem, point.judged_at)]


def _who_hears(problem: Problem, now: datetime) -> list[User]:
    owner = User.objects.get(pk=problem.owner_id)
    if Problem.objects.visible_to(owner).filter(pk=problem.pk).exists():
        return [owner]
    if problem.group:
        return who_leads(problem.group, now)
    return list(User.objects.admins().filter(kind=User.Kind.PERSON).order_by("pk"))


def _letter(problem: Problem, point: WatchPoint, person: User) -> Draft:
    language = person.language if person.language in _SAID else "en"
    said = _SAID[language]
    facts = {
        "start": point.start.date(),
        "end": (point.end - timedelta(days=1)).date(),
        "had": point.had,
        "of": point.of,
        "most": point.most,
        "expected": f"{point.expected:.1f}",
        "link": f"{settings.BASE_URL}/problems/{problem.pk}",
    }
    # Figures over tickets that somebody may not see are not theirs either.
    told = said["figures"] if sees_whole(problem, person) else said["bare"]
    return Draft(
        key=f"{SIGNAL}:{point.watch_id}:{point.start:%Y-%m-%d}:{person.pk}",
        kind=SIGNAL,
        to=person.email,
        subject=said["subject"].format(title=problem.title),
        body=f"{told.format(**facts)}\n\n{said['next'].format(**facts)}\n",
        language=language,
        automatic=True,
        about_at=point.judged_at,
    )

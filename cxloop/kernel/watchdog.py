"""Says to the admins that the machine does not keep its hours, and when it does again.

An incident is a row first, so that however many watch, its letters are written once. It is told
after a moment's patience: sweeps that were late because everything was stopped come at once when
it starts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from cxloop.kernel.letters import Draft, write_letters
from cxloop.kernel.models import Hold, Incident
from cxloop.kernel.moment import moment

ALARM = "alarm"
PATIENCE = timedelta(seconds=5)


@dataclass(frozen=True)
class Watcher:
    """Somebody who is told. `number` makes the letter theirs."""

    number: int
    email: str
    language: str


def keep_watch(late: Sequence[str], watchers: Sequence[Watcher]) -> None:
    """Begins, tells or ends the incident, by what is late just now."""
    with transaction.atomic():
        incident = _under_way()
        now = moment()
        if incident is None and late:
            row = Incident(noticed_at=now, late=sorted(late))
            Incident.objects.bulk_create([row], ignore_conflicts=True)
        elif incident is not None and late:
            _go_on(incident, late, watchers, now)
        elif incident is not None:
            _end(incident, watchers, now)


def tell_of_hold(watchers: Sequence[Watcher]) -> None:
    """Letters are held since a restore: only a person can say whether they may leave."""
    with transaction.atomic():
        hold = Hold.objects.in_force().filter(told_at=None).select_for_update().first()
        if hold is not None:
            hold.told_at = moment()
            hold.save(update_fields=["told_at"])
            write_letters([_letter_of_hold(hold, one) for one in watchers], now=hold.told_at)


def _under_way() -> Incident | None:
    return Incident.objects.under_way().select_for_update().first()


def _go_on(
    incident: Incident, late: Sequence[str], watchers: Sequence[Watcher], now: datetime
) -> None:
    incident.late = sorted({*incident.late, *late})
    if incident.told_at is None and now - incident.noticed_at >= PATIENCE:
        incident.told_at = now
        write_letters([_letter(incident, one, "late") for one in watchers], now=now)
    incident.save(update_fields=["late", "told_at"])


def _end(incident: Incident, watchers: Sequence[Watcher], now: datetime) -> None:
    """What nobody was told of was none."""
    if incident.told_at is None:
        incident.delete()
        return
    incident.ended_at = now
    incident.save(update_fields=["ended_at"])
    write_letters([_letter(incident, one, "over") for one in watchers], now=now)


def _letter(incident: Incident, watcher: Watcher, news: str) -> Draft:
    said = {"late": ", ".join(incident.late), "since": _shown(incident.noticed_at)}
    return _draft(f"alarm:{incident.pk}:{watcher.number}:{news}", watcher, news, said)


def _letter_of_hold(hold: Hold, watcher: Watcher) -> Draft:
    said = {"before": _shown(hold.before)}
    return _draft(f"hold:{hold.pk}:{watcher.number}", watcher, "held", said)


def _draft(key: str, watcher: Watcher, news: str, said: dict[str, str]) -> Draft:
    subject, body = _WORDS.get(watcher.language, _WORDS["en"])[news]
    return Draft(
        key=key,
        kind=ALARM,
        to=watcher.email,
        subject=subject.format(**said),
        body=body.format(**said, link=f"{settings.BASE_URL}/health"),
        language=watcher.language,
        automatic=True,
    )


def _shown(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


_WORDS = {
    "en": {
        "late": (
            "Sweeps are late: {late}",
            "Since {since} these sweeps have not finished in time: {late}.\n\n"
            "Nothing is lost, but promises are looked at late and letters leave late. Look whether "
            "the database, the broker, beat and the workers live and work:\n\n{link}\n\n"
            "Until that is found, `manage.py sweep` does the same work without Celery.\n",
        ),
        "over": (
            "Sweeps keep their time again",
            "What has been late since {since} keeps its time again: {late}.\n\n{link}\n",
        ),
        "held": (
            "The database was restored: letters are held",
            "This database was restored from a backup, or another one took over. Letters that tell "
            "of what happened until {before} may have left before, so none of them leaves until an "
            "admin has decided:\n\n{link}\n",
        ),
    },
    "ko": {
        "late": (
            "정기 작업이 늦어지고 있습니다: {late}",
            "{since}부터 다음 정기 작업이 제때 끝나지 않고 있습니다: {late}.\n\n"
            "잃어버린 것은 없지만 약속 확인과 메일 발송이 늦어집니다. 데이터베이스, 브로커, beat, "
            "작업자가 살아서 일하고 있는지 확인해 주세요:\n\n{link}\n\n"
            "원인을 찾을 때까지 `manage.py sweep`이 Celery 없이 같은 일을 합니다.\n",
        ),
        "over": (
            "정기 작업이 다시 제때 돌고 있습니다",
            "{since}부터 늦어졌던 작업이 다시 제때 끝납니다: {late}.\n\n{link}\n",
        ),
        "held": (
            "데이터베이스가 복원되어 메일을 보류하고 있습니다",
            "데이터베이스가 백업에서 복원되었거나 다른 서버가 이어받았습니다. {before}까지 일어난 "
            "일을 알리는 메일은 이미 발송되었을 수 있어, 관리자가 결정할 때까지 보내지 "
            "않습니다:\n\n{link}\n",
        ),
    },
}

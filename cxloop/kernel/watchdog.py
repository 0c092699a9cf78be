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
from cxloop.kernel.models import Incident
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
    language = watcher.language if watcher.language in _WORDS else "en"
    subject, body = _WORDS[language][news]
    since = f"{incident.noticed_at:%Y-%m-%d %H:%M:%S} UTC"
    said = {"late": ", ".join(incident.late), "since": since, "link": f"{settings.BASE_URL}/health"}
    return Draft(
        key=f"alarm:{incident.pk}:{watcher.number}:{news}",
        kind=ALARM,
        to=watcher.email,
        subject=subject.format(**said),
        body=body.format(**said),
        automatic=True,
    )


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
    },
}

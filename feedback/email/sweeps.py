"""What mail servers handed over is understood."""

from datetime import datetime

from django.db.models import QuerySet

from cxloop.kernel.due import drain
from feedback.email.actions import understand_mail
from feedback.email.models import Mail


def understand_mails() -> int:
    return drain(_unread, _understand, batch=20, along="received_at")


def _unread(now: datetime) -> QuerySet[Mail]:
    return Mail.objects.unread(now)


def _understand(mails: list[Mail], now: datetime) -> None:
    for mail in mails:
        understand_mail(mail.pk, now=now)

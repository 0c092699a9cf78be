"""An answer has found its ticket."""

from feedback.email.models import Mail


def mark_taken_up(mails: list[Mail]) -> None:
    """The room that works has put these answers on their tickets."""
    Mail.objects.filter(pk__in=[mail.pk for mail in mails]).update(taken_up=True)

"""An answer has found its ticket, and what it proves is told."""

from feedback.email.models import Mail


def mark_taken_up(mails: list[Mail]) -> None:
    """The room that works has put these answers on their tickets."""
    Mail.objects.filter(pk__in=[mail.pk for mail in mails]).update(taken_up=True)


def note_proof_told(mail: Mail) -> None:
    """That they have the address they name is known where it matters."""
    Mail.objects.filter(pk=mail.pk).update(proves_address=False)

"""The letters of this room. Links start with our own address, never with what a request says."""

from django.conf import settings

from accounts.models import Attempt, Invitation, User
from cxloop.kernel.letters import Draft

INVITATION = """\
Hello,

{inviter} invites you to work with customers' feedback on cxloop. Choose your password here:

{link}

The link works once, within 72 hours. If you did not expect this letter, ignore it.
"""

RESET = """\
Hello {name},

somebody, hopefully you, asked for a new password at cxloop. Choose one here:

{link}

The link works once, within {hours} hours. With the new password all your sessions end, and your
personal tokens are revoked. If it was not you, ignore this letter: your password stays as it is.
"""


def invitation_letter(invitation: Invitation, clear: str) -> Draft:
    link = f"{settings.BASE_URL}/invitation/{clear}"
    return Draft(
        key=f"invitation:{invitation.pk}",
        kind="invitation",
        to=invitation.email,
        subject=f"{invitation.invited_by.name} invites you to cxloop",
        body=INVITATION.format(inviter=invitation.invited_by.name, link=link),
        language="en",
        automatic=True,
        secret=True,
    )


def reset_letter(person: User, token: str, attempt: Attempt) -> Draft:
    link = f"{settings.BASE_URL}/reset-password/{person.pk}/{token}"
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    return Draft(
        key=f"password_reset:{attempt.pk}",
        kind="password_reset",
        to=person.email,
        subject="A new password for cxloop",
        body=RESET.format(name=person.name, link=link, hours=hours),
        language="en",
        automatic=True,
        secret=True,
    )

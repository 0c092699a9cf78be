from datetime import datetime
from secrets import token_urlsafe

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction

from accounts.acceptable import acceptable_password, as_kept
from accounts.actions.attempts import RESET, SIGN_IN, count_attempt, forgive_attempts
from accounts.letters import reset_letter
from accounts.models import PersonalToken, User
from cxloop.kernel.errors import NotHere
from cxloop.kernel.letters import write_letter
from cxloop.kernel.nudge import nudge_after_commit


class ResetTokens(PasswordResetTokenGenerator):
    """Signed over the password in force and the last sign-in, so that either ends a token."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.now = now

    def _now(self) -> datetime:
        return self.now.replace(tzinfo=None)


def ask_password_reset(*, email: str, address: str, now: datetime) -> None:
    """Writes a letter where there is such an account; who asks never learns whether. Raises TooMany
    after 5 an account or 100 an address within an hour, whether or not the account exists."""
    email = as_kept(email)
    attempt = count_attempt(RESET, email=email, address=address, now=now)
    person = User.objects.active().filter(kind=User.Kind.PERSON).by_email(email).first()
    if person is None:
        nudge_after_commit("letters")  # takes the time that it takes for a known one
        return
    write_letter(reset_letter(person, ResetTokens(now).make_token(person), attempt), now=now)


def reset_password(*, uid: int, token: str, password: str, now: datetime) -> User:
    """The letter proves the address, so failed sign-ins are forgiven. All sessions end, and since
    whoever knew the old password may have made themselves tokens, those end too. Raises NotHere for
    a link that is wrong, used or too old; Refused for the password."""
    with transaction.atomic():
        person = _holder(uid, token, now)
        person.set_password(acceptable_password(password, person))
        person.save(update_fields=["password"])
        PersonalToken.objects.filter(user=person).valid().update(revoked_at=now)
        forgive_attempts(SIGN_IN, email=person.email)
    return person


def invent_password() -> str:
    """For an account made by a machine: 96 random bits, shown once."""
    return token_urlsafe(12)


def _holder(uid: int, token: str, now: datetime) -> User:
    """Locked: the link works once."""
    active = User.objects.active().filter(pk=uid, kind=User.Kind.PERSON)
    person = active.select_for_update(no_key=True).first()
    if person is None or not ResetTokens(now).check_token(person, token):
        raise NotHere("This link is wrong, used or too old.", code="link_spent")
    return person

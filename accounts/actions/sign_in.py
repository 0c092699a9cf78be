from datetime import datetime

from accounts.acceptable import as_kept, readable_password
from accounts.actions.attempts import SIGN_IN, count_attempt
from accounts.models import User
from cxloop.kernel.errors import Unknown


def check_sign_in(*, email: str, password: str, address: str, now: datetime) -> User:
    """Who this is. Must be called outside of any transaction, for a failure is to be remembered.

    Raises Unknown, for an unknown account just as slowly as for a wrong password; TooMany after 20
    failures of an account or 100 of an address within an hour; Refused for a password that no
    account can have.
    """
    readable_password(password)
    email = as_kept(email)
    attempt = count_attempt(SIGN_IN, email=email, address=address, now=now)
    person = _who_knows(password, email)
    if person is None:
        raise Unknown("The e-mail or the password is wrong.", code="wrong_sign_in")
    attempt.delete()
    return person


def _who_knows(password: str, email: str) -> User | None:
    person = User.objects.by_email(email).first()
    if person is None:
        User().set_password(password)  # takes the time that checking takes
        return None
    return person if person.check_password(password) and person.is_active else None

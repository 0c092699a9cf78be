from datetime import datetime

from accounts.acceptable import acceptable_name
from accounts.keys import digest, hint_of, mint
from accounts.models import PersonalToken, User
from cxloop.kernel.errors import Conflict


def issue_token(*, person: User, label: str, now: datetime) -> tuple[PersonalToken, str]:
    """A token and its clear text, which nobody can show again. Raises Conflict `switched_off`."""
    if not person.is_active:
        raise Conflict("This person is switched off.", code="switched_off")
    clear = mint("pat")
    token = PersonalToken.objects.create(
        user=person,
        digest=digest(clear),
        hint=hint_of(clear),
        label=acceptable_name(label, pointer="/label", longest=100),
        created_at=now,
    )
    return token, clear


def revoke_token(*, token: PersonalToken, now: datetime) -> None:
    token.revoked_at = token.revoked_at or now
    token.save(update_fields=["revoked_at"])

"""Whether somebody wants the letter of the week."""

from accounts.models import User
from desk.forms.report import DigestForm
from insights.models import DigestWish
from insights.week import is_told


def digest_form(person: User) -> DigestForm | None:
    """None for whom there is no such letter."""
    if not is_told(person):
        return None
    wants = DigestWish.objects.filter(user=person).exists()
    return DigestForm(initial={"digest": wants}, auto_id="week-%s")

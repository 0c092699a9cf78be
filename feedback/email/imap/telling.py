"""Admins are written to where a mailbox elsewhere cannot be fetched for some time: else nobody
would hear that nobody is heard."""

from django.conf import settings

from accounts.models import User
from cxloop.kernel.letters import Draft
from feedback.email.imap_account import ImapAccount

KIND = "mailbox_trouble"


def letters_of(account: ImapAccount) -> list[Draft]:
    """One to each admin, once for the time since all was here."""
    since = account.fetched_at or account.edited_at
    key = f"imap:{account.pk}:{account.edited_at.timestamp()}:{since.timestamp()}"
    admins = User.objects.admins().filter(kind=User.Kind.PERSON).order_by("pk")
    return [_letter(account, f"{key}:{admin.pk}", admin) for admin in admins]


def _letter(account: ImapAccount, key: str, admin: User) -> Draft:
    subject, body = _WORDS.get(admin.language, _WORDS["en"])
    where = f"{settings.BASE_URL}/admin/sources/{account.source.slug}/imap/{account.pk}"
    said = {"account": str(account), "error": account.last_error or account.trouble, "link": where}
    return Draft(
        key=key,
        kind=KIND,
        to=admin.email,
        subject=subject.format(**said),
        body=body.format(**said),
        automatic=True,
    )


_WORDS = {
    "en": (
        "A mailbox cannot be fetched: {account}",
        "What customers write to {account} is not fetched just now: {error}\n\n"
        "Nothing is lost, it waits there; but nobody answers it meanwhile. Look at it here:\n\n"
        "{link}\n",
    ),
    "ko": (
        "메일함을 가져오지 못하고 있습니다: {account}",
        "고객이 {account}(으)로 보낸 메일을 지금 가져오지 못하고 있습니다: {error}\n\n"
        "잃어버린 메일은 없고 서버에 남아 있지만, 그동안 아무도 답하지 못합니다. 여기에서 확인해 "
        "주세요:\n\n{link}\n",
    ),
}

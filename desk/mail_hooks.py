"""The hooks of a source as its page tells them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.words import Words
from feedback.email.actions import hooks_of
from feedback.email.api_hooks import address_of_hook
from feedback.email.models import MailHook
from feedback.intake.models import Channel, Source

REFUSAL: Words = {
    "wrong_secret": gettext_lazy("the secret in the address was wrong or missing"),
    "wrong_signature": gettext_lazy("the signature was wrong: compare the signing key"),
    "not_signed": gettext_lazy("it was not signed"),
    "wrong_time": gettext_lazy("the signature was too old, or of a time to come"),
    "used_before": gettext_lazy("the signature was used before, for another mail"),
    "archived": gettext_lazy("the source is archived"),
    "too_large": gettext_lazy("it was larger than 40 MB"),
    "wrong_hook": gettext_lazy("it was no mail that comes in"),
    "wrong_action": gettext_lazy("the route stores mails instead of forwarding them"),
    "sealed_otherwise": gettext_lazy("the signing key can no longer be read: give it again"),
}


@dataclass(frozen=True)
class ToldHook:
    row: MailHook
    address: str
    refusal: str
    wants_key: bool


def told_hooks(source: Source) -> list[ToldHook]:
    return [_told(hook) for hook in hooks_of(source)]


def _told(hook: MailHook) -> ToldHook:
    refusal = REFUSAL.get(hook.refusal) or _("what came could not be read") + f" ({hook.refusal})"
    wants_key = hook.provider == MailHook.Provider.MAILGUN
    return ToldHook(hook, address_of_hook(hook), str(refusal), wants_key)


def may_have_hooks(source: Source) -> bool:
    return source.channel == Channel.EMAIL


def lacking(hooks: Iterable[ToldHook]) -> list[str]:
    """Providers that have none yet."""
    there = {hook.row.provider for hook in hooks}
    return [provider for provider in MailHook.Provider.values if provider not in there]

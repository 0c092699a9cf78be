"""A mailbox elsewhere, fetched by IMAP. Its secrets are never shown, so a blank one stays."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.base import DeskForm, Said
from desk.imap_words import SECURITY, SIGN_IN
from feedback.email.imap_account import INBOX

SECRETS = ("password", "client_secret", "refresh_token")


class SecretField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        hidden = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        super().__init__(
            required=False, strip=False, max_length=5000, **{"widget": hidden, **options}
        )


class ImapForm(DeskForm):
    host = forms.CharField(
        label=_("Server"), max_length=255, help_text=_("For example imap.example.org.")
    )
    security = forms.ChoiceField(label=_("Encryption"), choices=list(SECURITY.items()))
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65_535, initial=993)
    username = forms.CharField(label=_("User"), max_length=320)
    sign_in = forms.ChoiceField(label=_("How to sign in"), choices=list(SIGN_IN.items()))
    password = SecretField(label=_("Password"))
    token_url = forms.CharField(
        label=_("Address of the tokens"),
        required=False,
        max_length=500,
        help_text=_("This and the next three are for OAuth 2 alone."),
    )
    client_id = forms.CharField(label=_("Client"), required=False, max_length=500)
    client_secret = SecretField(label=_("Secret of the client"))
    refresh_token = SecretField(label=_("Refresh token"))
    folder = forms.CharField(label=_("Folder"), max_length=255, initial=INBOX)
    takes_all = forms.BooleanField(
        label=_("Also what is there already"),
        required=False,
        help_text=_("Else only what comes after the mailbox was added here is fetched."),
    )
    is_on = forms.BooleanField(label=_("Fetch it"), required=False, initial=True)


class ChangeImapForm(ImapForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in SECRETS:
            self.fields[name].help_text = str(
                _("Blank: it stays. Another server, or another address of tokens, wants it anew.")
            )

    def clean(self) -> Said:
        super().clean()
        for name in SECRETS:
            if not self.cleaned_data.get(name):
                self.cleaned_data.pop(name, None)
        return self.cleaned_data

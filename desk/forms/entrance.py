"""The doors: signing in, a new password, an invitation."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.acceptable import LONGEST_PASSWORD
from desk.forms.base import DeskForm


class EmailField(forms.CharField):
    """Whether it is an address is for the room to say; the widget only helps to type one."""

    widget = forms.EmailInput


def _password(label: Any, autocomplete: str, **options: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, widget=widget, **options)


class SignInForm(DeskForm):
    email = EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = _password(_("Password"), "current-password")
    next = forms.CharField(widget=forms.HiddenInput, required=False)


class ForgottenForm(DeskForm):
    email = EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )


class NewPasswordForm(DeskForm):
    password = _password(
        _("New password"),
        "new-password",
        help_text=_("At least 10 characters that nobody guesses."),
        max_length=LONGEST_PASSWORD,
    )


class AcceptForm(NewPasswordForm):
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
        help_text=_("Colleagues see it, and customers in your letters."),
    )
    field_order = ["name", "password"]

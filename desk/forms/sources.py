"""Where feedback comes from, and its keys."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.admin import SlugForm, group_choices
from desk.forms.base import DeskForm
from desk.forms.fields import LinesField
from desk.forms.settings import LongSelect, zones
from desk.words import choices
from feedback.email.actions.hooks import LONGEST_SIGNING_KEY
from feedback.email.models import MailHook
from feedback.intake.models import Channel


class SourceForm(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    allowed_origins = LinesField(
        label=_("Pages that may post"),
        required=False,
        help_text=_("Origins, one a line, as https://shop.example. Blank: any page."),
    )
    daily_cap = forms.IntegerField(
        label=_("Most feedback a day"),
        required=False,
        min_value=0,
        max_value=2_147_483_647,
        help_text=_("Blank: no limit."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=zones, initial="UTC", widget=LongSelect
    )
    question = forms.CharField(label=_("Question of its form page"), required=False, max_length=300)
    owners = forms.MultipleChoiceField(
        label=_("Groups that read all of it"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owners"].choices = group_choices()[1:]  # type: ignore[attr-defined]


class NewSourceForm(SourceForm, SlugForm):
    channel = forms.ChoiceField(
        label=_("Channel"), choices=choices("channel", only=tuple(Channel.values))
    )
    field_order = ["slug", "name", "channel"]


class MailboxesForm(DeskForm):
    addresses = LinesField(
        label=_("Addresses"),
        required=False,
        help_text=_("One a line. Your mail server hands over here what is written to them."),
    )


def _signing_key() -> forms.CharField:
    return forms.CharField(
        label=_("Mailgun's signing key"),
        required=False,
        max_length=LONGEST_SIGNING_KEY,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("The HTTP webhook signing key, in its settings. Nobody can show it again."),
    )


class HookForm(DeskForm):
    provider = forms.ChoiceField(label=_("Provider"), choices=MailHook.Provider.choices)
    signing_key = _signing_key()

    def __init__(self, *args: Any, providers: Sequence[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        if providers:
            chosen = [pair for pair in MailHook.Provider.choices if pair[0] in providers]
            self.fields["provider"].choices = chosen  # type: ignore[attr-defined]


class HookSecretForm(DeskForm):
    """Postmark's has nothing to say: its secret is made here."""

    signing_key = _signing_key()


class KeyForm(DeskForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=choices("key"))
    label = forms.CharField(label=_("What it is for"), required=False, max_length=100)
    test = forms.BooleanField(
        label=_("For tests"),
        required=False,
        help_text=_("What it posts is answered the same, opens no ticket and counts nowhere."),
    )


class TrialForm(DeskForm):
    """What the button that sends a test sends."""

    nps = forms.IntegerField(
        label=_("Score (NPS)"), min_value=0, max_value=10, initial=2, required=False
    )
    comment = forms.CharField(label=_("Comment"), max_length=200, required=False)
    pointers = {"/score/value": "nps", "": "comment"}

    def body(self) -> dict[str, Any]:
        """As it would be posted."""
        said, body = self.cleaned_data, dict[str, Any]()
        if said["nps"] is not None:
            body["score"] = {"type": "nps", "value": said["nps"]}
        return body | ({"comment": said["comment"]} if said["comment"] else {})

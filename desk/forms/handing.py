"""Between groups: a ticket is handed over, accepted, sent back; shared with another."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from desk.forms.base import Said
from desk.forms.ticket import Choices, VerbForm
from desk.words import choices, said_as
from tickets.work.actions.send_back import LONGEST_WHY
from tickets.work.models import HandedFor, TicketShare


class HandOverForm(VerbForm):
    verb, button = "hand-over", _("Hand over")
    group = forms.ChoiceField(
        label=_("To the group"),
        help_text=_("Also one whose tickets you do not see. It accepts it, or sends it back."),
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[
            ("", _("Choose a reason")),
            *choices("handed_for", only=tuple(HandedFor.values)),
        ],
    )
    summary = forms.CharField(
        label=_("What they have to know"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What happened so far, and what is to do. The customer never reads it."),
    )

    def furnish(self) -> None:
        """Its own group is no choice, but may stand in a copy that is sent a second time."""
        own = None if self.is_bound else self.ticket.group_id
        others = [group for group in self.offered.groups if group.pk != own]
        offered: Choices = [(group.slug, group.name) for group in others]
        self.fields["group"].choices = [("", _("Choose a group")), *offered]  # type: ignore[attr-defined]

    def raw(self) -> Said:
        return self.cleaned_data


class AcceptForm(VerbForm):
    verb, button, is_button = "accept", _("Accept it for the group"), True


class SendBackForm(VerbForm):
    verb, button = "send-back", _("Send it back")
    reason = forms.CharField(label=_("Why"), max_length=LONGEST_WHY)


class ShareForm(VerbForm):
    verb, button = "share", pgettext_lazy("share", "Share")
    add = forms.ChoiceField(label=_("Share with a group"), required=False)
    right = forms.ChoiceField(label=_("What for"), choices=choices("share_right"), required=False)
    remove = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    def furnish(self) -> None:
        """Those that it is shared with too: with another right."""
        rights = {share.group_id: share.right for share in self.offered.shares}
        others = [group for group in self.offered.groups if group.pk != self.ticket.group_id]
        offered: Choices = [(g.slug, _shared_as(g.name, rights.get(g.pk))) for g in others]
        self.fields["add"].choices = [("", "–"), *offered]  # type: ignore[attr-defined]

    def raw(self) -> Said:
        said = self.cleaned_data
        right = said["right"] or TicketShare.Right.READ
        asked = {name: [said[name]] if said[name] else [] for name in ("add", "remove")}
        return asked | ({"right": right} if asked["add"] else {})


def _shared_as(name: str, right: str | None) -> str:
    return f"{name} ({said_as(right, 'share_right')})" if right else name


HANDING: tuple[type[VerbForm], ...] = (HandOverForm, AcceptForm, SendBackForm, ShareForm)

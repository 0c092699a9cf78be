"""Macros: used on a ticket, and written."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessGroup, User
from cxloop.kernel.errors import CxloopError, Fault, Refused
from desk.forms.base import DeskForm, OnceForm, Said
from desk.forms.ticket import words
from desk.macro_words import acts_in_words
from desk.words import choices
from tickets.work.actions.talk import LONGEST_BODY
from tickets.work.macros import acts_of, impossible_now, text_for
from tickets.work.models import PRIORITY_WORDS, Macro, Ticket
from tickets.work.models.macro import LONGEST_WAIT_DAYS

Choices = list[tuple[str, str | Promise]]


class UseMacroForm(OnceForm):
    """Its text to be edited, and its acts, each of which may be left out."""

    pointers: ClassVar[Mapping[str, str]] = {"without": "acts", "macro": "acts"}

    macro = forms.IntegerField(widget=forms.HiddenInput)
    body = words(_("Letter to the customer"), rows=8)
    acts = forms.MultipleChoiceField(
        label=_("It will"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, ticket: Ticket, macro: Macro, person: User, *args: Any, **options: Any
    ) -> None:
        super().__init__(*args, auto_id="macro-%s", **options)
        self.used = macro
        self.impossible = impossible_now(macro, ticket)
        self.initial = {
            "macro": macro.pk,
            "acts": [act for act in acts_of(macro) if act not in self.impossible],
            "body": text_for(macro, ticket, person),
        }
        self._furnish()

    def _furnish(self) -> None:
        if not self.used.says:
            del self.fields["body"]
        elif self.used.says == Macro.Says.NOTE:
            self.fields["body"].label = _("Note, for colleagues only")
        self.fields["acts"].choices = [  # type: ignore[attr-defined]
            (act, f"{said} ({_('not possible now')})" if act in self.impossible else said)
            for act, said in acts_in_words(self.used)
        ]

    def raw(self) -> Said:
        said = self.cleaned_data
        without = [act for act in acts_of(self.used) if act not in said["acts"]]
        body = {"body": said["body"]} if "body" in said else {}
        return {"macro": self.used.pk, "without": without, **body}


def tags_field(label: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"placeholder": _("by comma")})
    return forms.CharField(label=label, required=False, max_length=1000, widget=widget)


GAPS = _(
    "Gaps are filled in: {{ customer.name }}, {{ customer.company }}, {{ ticket.ref }}, "
    "{{ ticket.subject }}, {{ agent.name }}, {{ group.name }}. What shall stand there where "
    'nothing is known: {{ customer.name|default:"there" }}.'
)


class MacroForm(DeskForm):
    """A macro as it is written. `raw` is that as the API would be told."""

    gaps = GAPS
    name = forms.CharField(label=_("Name"), max_length=120)
    audience = forms.ChoiceField(label=_("For whom"))
    group = forms.ChoiceField(label=_("Group"), required=False)
    says = forms.ChoiceField(label=_("Its text is"), required=False)
    body_en = words(_("Text in English"), rows=7, max_length=LONGEST_BODY)
    body_ko = words(_("Text in Korean"), rows=7, max_length=LONGEST_BODY)
    add_tags = tags_field(_("Add tags"))
    remove_tags = tags_field(_("Take tags off"))
    priority = forms.ChoiceField(label=_("Set the priority"), required=False)
    assign_me = forms.BooleanField(label=_("Give the ticket to whoever uses it"), required=False)
    wait_days = forms.IntegerField(
        label=_("Wait for the customer, days"),
        required=False,
        min_value=1,
        max_value=LONGEST_WAIT_DAYS,
    )
    hand_to = forms.ChoiceField(label=_("Hand over to the group"), required=False)

    def __init__(
        self, person: User, groups: Sequence[AccessGroup], *args: Any, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        leads = set(AccessGroup.objects.led_by(person).values_list("pk", flat=True))
        led = [group for group in groups if group.pk in leads]
        every = [(group.slug, group.name) for group in groups]
        self._offer("audience", _audiences(person, led=bool(led)))
        self._offer("group", [("", "–"), *((group.slug, group.name) for group in led)])
        self._offer("says", [("", _("nothing")), *choices("says")])
        known = choices("priority", only=tuple(PRIORITY_WORDS))
        self._offer("priority", [("", _("as it is")), *known])
        self._offer("hand_to", [("", _("no other group")), *every])

    def _offer(self, name: str, offered: Choices) -> None:
        self.fields[name].choices = offered  # type: ignore[attr-defined]

    @classmethod
    def about(cls, macro: Macro) -> dict[str, Any]:
        kept = ("name", "audience", "says", "body_en", "body_ko", "assign_me", "wait_days")
        return {
            **{name: getattr(macro, name) for name in kept},
            "group": macro.group.slug if macro.group else "",
            "hand_to": macro.hand_to.slug if macro.hand_to else "",
            "priority": macro.priority_word or "",
            "add_tags": ", ".join(macro.add_tags),
            "remove_tags": ", ".join(macro.remove_tags),
        }

    def raw(self) -> Said:
        said = self.cleaned_data
        kept = ("name", "audience", "group", "says", "priority", "assign_me", "hand_to")
        return {
            **{name: said[name] for name in kept},
            "wait_days": said["wait_days"],
            "body": {language: _lines(said[f"body_{language}"]) for language in ("en", "ko")},
            "add_tags": _tags(said["add_tags"]),
            "remove_tags": _tags(said["remove_tags"]),
        }

    def blame(self, error: CxloopError) -> None:
        """A version of the text is a field of its own here."""
        if isinstance(error, Refused):
            there = [
                Fault(fault.pointer.replace("/body/", "/body_"), fault.code, fault.detail)
                for fault in error.faults
            ]
            error = Refused(there)
        super().blame(error)


def _audiences(person: User, *, led: bool) -> Choices:
    offered = ["me", *(["group"] if led else []), *(["everyone"] if person.is_admin else [])]
    return choices("audience", only=tuple(offered))


def _tags(said: str) -> list[str]:
    return list(dict.fromkeys(tag.strip() for tag in said.split(",") if tag.strip()))


def _lines(said: str) -> str:
    """As they are kept elsewhere, whatever the browser ends a line with."""
    return said.replace("\r\n", "\n").rstrip()

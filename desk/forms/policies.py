"""A policy as a form: a table of times, which statuses stop which of them, reminders, the law."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cxloop.kernel.priorities import PRIORITIES
from desk.forms.admin import SlugForm
from desk.forms.base import Said
from desk.forms.fields import DurationField, DurationsField, LongField, WordsField
from desk.forms.rows import RowedForm, RowForm
from desk.words import CLOCK, choices
from tickets.sla.models import Calendar, PolicyVersion
from tickets.sla.policies import GIVEN
from tickets.sla.targets import PAUSABLE, PAUSING, TARGET_OF, TARGETS

NEVER_PAUSED = tuple(kind for kind in TARGET_OF if kind not in PAUSABLE)


def _target(kind: str, *, required: bool = False) -> DurationField:
    """Its label is told to who hears the page; who sees it reads the head of the column."""
    label: Any = CLOCK[kind]
    field = DurationField(label=label, required=required)
    field.widget.attrs |= {"placeholder": "–", "size": 8}
    return field


class VariantForm(RowForm):
    """Other times for some customers."""

    priority = forms.MultipleChoiceField(
        label=_("Priority"),
        required=False,
        choices=choices("priority", only=PRIORITIES),
        widget=forms.CheckboxSelectMultiple,
    )
    segment = WordsField(
        label=_("Segments"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "gold, platinum"}),
    )
    acknowledge_s = _target("acknowledge")
    follow_up_s = _target("follow_up")
    next_reply_s = _target("next_reply")
    resolve_s = _target("resolve")
    keep_in_loop_s = _target("keep_in_loop")
    close_loop_s = _target("close_loop")
    approve_s = _target("approve")

    def is_blank(self) -> bool:
        return not any(self.cleaned_data.values())

    def as_kept(self) -> Said:
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def targets(self) -> list[Any]:
        return [self[name] for name in TARGETS]


def _pause(kind: str) -> forms.MultipleChoiceField:
    label: Any = CLOCK[kind]
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        choices=choices("status", only=PAUSING),
        widget=forms.CheckboxSelectMultiple,
    )


class PolicyForm(RowedForm):
    rowed = {"variants": VariantForm}
    pointers = {f"pauses/{kind}": f"pause_{kind}" for kind in PAUSABLE}
    name = forms.CharField(label=_("Name"), max_length=120)
    calendar = forms.ChoiceField(label=_("Counted by"), required=False)
    law = forms.CharField(
        label=_("Law that obliges us to it"),
        required=False,
        max_length=200,
        help_text=_("Named wherever the deadline is explained. Blank: it is our own promise."),
    )
    acknowledge_s = _target("acknowledge")
    follow_up_s = _target("follow_up", required=True)
    next_reply_s = _target("next_reply")
    resolve_s = _target("resolve")
    keep_in_loop_s = _target("keep_in_loop")
    close_loop_s = _target("close_loop")
    approve_s = _target("approve")
    pause_resolve = _pause("resolve")
    pause_keep_in_loop = _pause("keep_in_loop")
    pause_close_loop = _pause("close_loop")
    reminders = DurationsField(
        label=_("Reminds whoever we wait for, after"),
        required=False,
        help_text=_(
            "Of waiting, as 72 h, 168 h, 336 h: a reminder, another, and the question whether we "
            "may close. Blank: nobody is reminded."
        ),
    )

    ask_after_s = LongField(
        label=_("Asks whether it is put right, after resolving"),
        required=False,
        help_text=_("As 2 d, when they have seen whether it holds. Blank: at once."),
    )
    ask_again_s = LongField(
        label=_("Reminds them of the question after"),
        required=False,
        help_text=_("Once, as 3 d. Blank: never."),
    )
    ask_apart_s = LongField(
        label=_("Asks nobody about a second ticket within"),
        required=False,
        help_text=_("As 30 d: they are asked about it later. Blank: no such time."),
    )
    again_within_s = LongField(
        label=_("A further failure of one customer counts as such within"),
        required=False,
        help_text=_(
            "Of the one before, as 90 d: then the priority is one higher, and whoever leads the "
            "group gets the ticket. Blank: never."
        ),
    )
    reopens_for_s = LongField(
        label=_("A reply begins a closed ticket anew for"),
        required=False,
        help_text=_(
            "After it was closed, as 30 d; a reply that comes later gets a ticket of its own, "
            "linked to this one. Blank: it always begins it anew."
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = [(row.slug, row.name) for row in Calendar.objects.current().order_by("name")]
        self.fields["calendar"].choices = [("", _("round the clock")), *known]  # type: ignore[attr-defined]

    @classmethod
    def about(cls, version: PolicyVersion) -> Said:
        """What it says, as the form shows it."""
        said = {name: getattr(version, name) for name in GIVEN}
        return said | cls.stopping(version.pauses)

    @classmethod
    def stopping(cls, pauses: dict[str, list[str]]) -> Said:
        return {f"pause_{kind}": pauses.get(kind, []) for kind in PAUSABLE}

    def clean_calendar(self) -> str | None:
        return self.cleaned_data["calendar"] or None

    def clean(self) -> Said:
        said = super().clean()
        chosen = {kind: said.pop(f"pause_{kind}", []) for kind in PAUSABLE}
        said["pauses"] = {kind: statuses for kind, statuses in chosen.items() if statuses}
        return said

    @property
    def targets(self) -> list[Any]:
        return [self[name] for name in TARGETS]

    @property
    def pauses(self) -> list[Any]:
        return [self[f"pause_{kind}"] for kind in PAUSABLE]


class NewPolicyForm(PolicyForm, SlugForm):
    field_order = ["slug", "name"]

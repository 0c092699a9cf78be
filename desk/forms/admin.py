"""How the house is set up, as forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessGroup
from accounts.roles import GroupRole, OrganisationRole
from desk.forms.base import DeskForm
from desk.forms.fields import DurationField, DurationsField, JsonField
from desk.words import choices
from tickets.sla.models import Calendar

SLUG_HINT = _("For good: other settings name it by this. Small letters, digits, hyphens.")


class SlugForm(DeskForm):
    slug = forms.CharField(label=_("Slug"), max_length=60, help_text=SLUG_HINT)
    name = forms.CharField(label=_("Name"), max_length=120)


class NameForm(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=120)


class PolicyForm(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    acknowledge_s = DurationField(
        label=_("Say that we have it, within"), required=False, help_text=_("Blank: not promised.")
    )
    follow_up_s = DurationField(label=_("A person answers, within"))
    next_reply_s = DurationField(
        label=_("A person answers again when they wrote, within"),
        required=False,
        help_text=_("Blank: not promised."),
    )
    resolve_s = DurationField(
        label=_("The matter is settled, within"),
        required=False,
        help_text=_("Blank: not promised."),
    )
    keep_in_loop_s = DurationField(
        label=_("They hear news, every"), required=False, help_text=_("Blank: not promised.")
    )
    close_loop_s = DurationField(
        label=_("They say themselves that it is settled, within"),
        required=False,
        help_text=_("Blank: not promised."),
    )
    calendar = forms.ChoiceField(label=_("Counted by"), required=False)
    variants = JsonField(
        label=_("For some customers"),
        required=False,
        help_text=_(
            'The first that fits governs, as [{"priority": ["urgent"], "segment": ["gold"], '
            '"follow_up_s": 14400}]. Seconds.'
        ),
    )
    pauses = JsonField(
        label=_("Stands still while"),
        required=False,
        help_text=_(
            'Clock by clock the statuses, as {"resolve": ["waiting"]}. What a person owes the '
            "customer never stands still."
        ),
    )
    reminders = DurationsField(
        label=_("Reminds whoever we wait for, after"),
        required=False,
        help_text=_(
            "Of waiting, as 72 h, 168 h, 336 h: a reminder, another, and the question whether we "
            "may close. Blank: nobody is reminded."
        ),
    )
    law = forms.CharField(
        label=_("Law that obliges us to it"),
        required=False,
        max_length=200,
        help_text=_("Named wherever the deadline is explained. Blank: it is our own promise."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = [(row.slug, row.name) for row in Calendar.objects.current().order_by("name")]
        self.fields["calendar"].choices = [("", _("round the clock")), *known]  # type: ignore[attr-defined]

    def clean_calendar(self) -> str | None:
        return self.cleaned_data["calendar"] or None

    def clean_variants(self) -> Any:
        return self.cleaned_data["variants"] or []

    def clean_pauses(self) -> Any:
        return self.cleaned_data["pauses"] or {}


class NewPolicyForm(PolicyForm, SlugForm):
    field_order = ["slug", "name"]


class MoveForm(DeskForm):
    version = forms.IntegerField(min_value=1, max_value=2_147_483_647)


class LadderForm(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    rungs = JsonField(
        label=_("Rungs"),
        help_text=_(
            'In order, each as {"clock": "follow_up", "when": {"percent": 50}, "tell": ["owner"]}. '
            'When: {"percent": 1 to 100} of the time, or {"after_due_s": seconds}, below zero '
            'before it. Tell: owner, agent, lead, manager, admin, watchers, {"user": number} or '
            '{"address": "somebody@shop.example"}. It may do more: '
            '"then": {"set_priority": "high", "reassign_to": "lead", "add_watcher": "manager"}; '
            'and "urgent": true waits for nobody\'s opening hours. Only for some tickets: '
            '"only_if": {"priority": "high", "cycle": 2, "value": "1000.00", "segments": ["gold"]}.'
        ),
    )

    pause_s = DurationField(
        label=_("Once somebody has taken note, the next rungs wait"),
        required=False,
        help_text=_("A day at most. Blank: they do not wait."),
    )

    def clean_pause_s(self) -> int:
        return self.cleaned_data["pause_s"] or 0


class NewLadderForm(LadderForm, SlugForm):
    group = forms.ChoiceField(label=_("For the group"), required=False)
    field_order = ["slug", "name", "group"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["group"].choices = group_choices()  # type: ignore[attr-defined]


class MemberForm(DeskForm):
    person = forms.ChoiceField(label=_("Person"))
    role = forms.ChoiceField(
        label=_("Role"),
        choices=choices("role", only=tuple(GroupRole.values)),
        initial=GroupRole.AGENT,
    )

    def __init__(self, people: list[tuple[int, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].choices = people  # type: ignore[attr-defined]


class LimitForm(DeskForm):
    amount = forms.DecimalField(
        label=_("Amount"), min_value=0, max_digits=14, decimal_places=2, localize=False
    )


class NewLimitForm(LimitForm):
    group = forms.ChoiceField(label=_("For the group"), required=False)
    currency = forms.CharField(label=_("Currency"), max_length=3)
    field_order = ["group", "currency", "amount"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["group"].choices = group_choices()  # type: ignore[attr-defined]

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


ALL_OTHERS = _("all that have none of their own")


def group_choices(blank: Any = ALL_OTHERS) -> list[tuple[str, Any]]:
    groups = AccessGroup.objects.current().order_by("name")
    return [("", blank), *((group.slug, group.name) for group in groups)]


def group_roles() -> list[Any]:
    return choices("role", only=tuple(GroupRole.values))


def organisation_roles() -> list[Any]:
    known = (OrganisationRole.ADMIN.value, OrganisationRole.AUDITOR.value)
    return [("", _("no role")), *choices("role", only=known)]

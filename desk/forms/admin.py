"""How the house is set up, as forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessGroup, User
from accounts.roles import GroupRole, OrganisationRole
from desk.forms.base import DeskForm
from desk.forms.fields import JsonField, LinesField
from desk.forms.settings import (
    hours_field,
    offer_calendars,
    offer_colleagues,
    reached,
    stand_in_field,
    zones,
)
from desk.words import choices
from feedback.intake.models import Channel

SLUG_HINT = _("For good: other settings name it by this. Small letters, digits, hyphens.")


class SlugForm(DeskForm):
    slug = forms.CharField(label=_("Slug"), max_length=60, help_text=SLUG_HINT)
    name = forms.CharField(label=_("Name"), max_length=120)


class NameForm(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=120)


class RuleForm(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    when = JsonField(
        label=_("When"),
        help_text=_(
            "A tree of all, any and not over facts, as "
            '{"all": [{"fact": "score.class", "op": "in", "value": ["negative"]}]}. '
            '{"always": true} matches everything.'
        ),
    )
    then = JsonField(
        label=_("Then"),
        help_text=_(
            'A ticket, as {"ticket": true, "group": "care", "priority": "high", '
            '"policy": "standard", "assign": "round_robin", "acknowledge": true}; or none, as '
            '{"ticket": false, "reason": "Praise."}.'
        ),
    )


class VersionForm(DeskForm):
    """A version that was shown: the newest of which something is told, or an earlier one."""

    version = forms.IntegerField(min_value=0, max_value=2_147_483_647)

    @property
    def said(self) -> str:
        """Why it was refused: its field is no field that anybody sees."""
        return " ".join(str(error) for errors in self.errors.values() for error in errors)


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


class InviteForm(DeskForm):
    pointers = {"role": "group_role"}
    email = forms.CharField(label=_("E-mail"), max_length=254, widget=forms.EmailInput)
    organisation_role = forms.ChoiceField(
        label=_("In the whole house"), required=False, choices=lambda: organisation_roles()
    )
    group = forms.ChoiceField(label=_("Access group"), required=False)
    group_role = forms.ChoiceField(
        label=_("Role there"), required=False, choices=lambda: [("", _("none")), *group_roles()]
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["group"].choices = group_choices(_("none"))  # type: ignore[attr-defined]


class PersonForm(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.CharField(label=_("E-mail"), max_length=254, widget=forms.EmailInput)
    organisation_role = forms.ChoiceField(
        label=_("In the whole house"), required=False, choices=lambda: organisation_roles()
    )
    open_ticket_cap = forms.IntegerField(
        label=_("Most open tickets at once"),
        required=False,
        min_value=0,
        max_value=32_767,
        help_text=_("Over all groups. Blank: no limit."),
    )
    stand_in = stand_in_field()
    calendar = hours_field()

    def __init__(self, *args: Any, person: User, **options: Any) -> None:
        super().__init__(*args, **options)
        offer_colleagues(self, person)
        offer_calendars(self)

    @classmethod
    def about(cls, person: User) -> dict[str, Any]:
        names = ("name", "email", "organisation_role", "open_ticket_cap")
        return {name: getattr(person, name) for name in names} | reached(person)


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
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones, initial="UTC")
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


class KeyForm(DeskForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=choices("key"))
    label = forms.CharField(label=_("What it is for"), required=False, max_length=100)


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

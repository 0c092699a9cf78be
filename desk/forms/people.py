"""People: who is invited, who they are, and what becomes of their work."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cxloop.kernel.errors import Fault
from desk.forms.admin import group_choices, group_roles, organisation_roles
from desk.forms.base import DeskForm, OnceForm
from desk.forms.fields import LinesField
from desk.forms.settings import (
    hours_field,
    offer_calendars,
    offer_colleagues,
    reached,
    stand_in_field,
)
from desk.refusals import said_of_fault


class InviteForm(OnceForm):
    """One address or several, all on the same terms."""

    pointers = {"role": "group_role", "email": "emails"}
    emails = LinesField(
        label=_("E-mail addresses"), max_length=15_000, help_text=_("One a line, at most 50.")
    )
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

    def _blame_at(self, fault: Fault) -> None:
        """Beside the address that is wrong, of however many there are."""
        where, _slash, place = fault.pointer.removeprefix("/").partition("/")
        if where == "emails" and place:
            email = LinesField().to_python(self["emails"].value())[int(place)]
            self.add_error("emails", f"{email}: {said_of_fault(fault)}")
        else:
            super()._blame_at(fault)


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


class LeaveForm(DeskForm):
    """Who goes on with what somebody owns."""

    to = forms.ChoiceField(label=_("Hand their open tickets to"), required=False)

    def __init__(self, *args: Any, colleagues: Iterable[User], **options: Any) -> None:
        super().__init__(*args, **options)
        known = [(str(one.pk), one.name) for one in colleagues]
        self.fields["to"].choices = [("", _("nobody: they wait in their groups")), *known]  # type: ignore[attr-defined]

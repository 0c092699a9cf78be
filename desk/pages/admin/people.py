from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts import actions
from accounts.models import AccessGroup, Invitation, User
from cxloop.kernel.errors import NotHere, Refused
from cxloop.kernel.moment import moment
from desk.admission import admins_write, caller
from desk.answers import SeeOther
from desk.forms.admin import InviteForm, PersonForm
from desk.forms.base import DeskForm, Said
from desk.pages.admin.shelf import done, reads_or_sends, shelve
from desk.paging import page_of
from tickets.escalation.actions.hours import keep_hours


@reads_or_sends
@admins_write
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, and who is invited."""
    form = InviteForm.of(request)
    if form.carries_out(lambda said: _invite(said, caller(request))):
        return done(request, "admin-people")
    now = moment()
    rows = User.objects.prefetch_related("memberships__group")
    context = {
        "now": now,
        "page": page_of(rows, request, order="name"),
        "invitations": Invitation.objects.open(now).select_related("group").order_by("-pk"),
    }
    return shelve(request, "people/list", context, form=form)


def _invite(said: Said, by: User) -> Invitation:
    group = AccessGroup.objects.current().filter(slug=said.pop("group")).first()
    if bool(group) != bool(said["group_role"]):
        raise Refused.at("/role", "incomplete", "A group and a role there go together.")
    return actions.invite(**said, group=group, by=by, now=moment())


@reads_or_sends
@admins_write
def person(request: HttpRequest, pk: int) -> HttpResponse:
    found = _person(pk)
    form = PersonForm.of(request, person=found, initial=PersonForm.about(found))
    if form.carries_out(lambda said: _change(found, said)):
        return done(request, "admin-person", pk)
    return shelve(request, "people/edit", {"row": _person(pk)}, form=form)


@transaction.atomic
def _change(found: User, said: Said) -> None:
    # First: it waits for those who climb, and they for whoever has changed an address.
    keep_hours(person=found, calendar=said.pop("calendar") or None, now=moment())
    actions.choose_stand_in(person=found, stand_in=said.pop("stand_in"))
    actions.change_person(person=found, **said)


@reads_or_sends
@admins_write
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Off, or, where they are off, on again."""
    found, form = _person(pk), DeskForm.of(request)

    def act(_said: Said) -> None:
        if found.is_active:
            actions.switch_off(person=found, now=moment())
        else:
            actions.switch_on(person=found)

    if form.carries_out(act):
        return done(request, "admin-person", pk)
    context: dict[str, Any] = {"row": _person(pk)}
    return shelve(request, "people/edit", context, form=form)


@require_POST
@admins_write
def withdraw(request: HttpRequest, pk: int) -> SeeOther:
    invitation = Invitation.objects.filter(pk=pk).first()
    if invitation is None:
        raise NotHere()
    actions.withdraw_invitation(invitation=invitation, now=moment())
    return done(request, "admin-people")


def _person(pk: int) -> User:
    found = User.objects.prefetch_related("memberships__group").filter(pk=pk).first()
    if found is None:
        raise NotHere()
    return found

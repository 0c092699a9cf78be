"""People: who they are and may, who is invited, and what becomes of the work of who leaves."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import actions
from accounts.actions.invitations import KEPT_FOR
from accounts.models import AccessGroup, Change, Invitation, PersonalToken, User
from accounts.roles import WORKING_ROLES, OrganisationRole
from cxloop.kernel.errors import NotHere, Refused
from cxloop.kernel.moment import moment
from desk.admission import admins_write, caller
from desk.answers import SeeOther, see
from desk.changes import changes_of
from desk.counting import MOST
from desk.forms.base import OnceForm, Said
from desk.forms.people import InviteForm, LeaveForm, PersonForm
from desk.once import once
from desk.pages.admin.shelf import done, reads_or_sends, shelve
from desk.paging import page_of
from tickets.escalation.actions.hours import keep_hours
from tickets.work.actions.hand_on import hand_on, owned_by
from tickets.work.actor import acting

MOST_INVITATIONS = 100


@reads_or_sends
@admins_write
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, and who is invited."""
    form = InviteForm.of(request)
    if form.carries_out(lambda said: once(request, lambda: _invite(said, caller(request)))):
        return done(request, "admin-people")
    now = moment()
    rows = User.objects.prefetch_related("memberships__group")
    invited = Invitation.objects.unanswered(now - KEPT_FOR).select_related("group")
    accounts = User.objects.values("email")
    context = {
        "now": now,
        "page": page_of(rows, request, order="name"),
        "invitations": invited.exclude(email__in=accounts).order_by("-pk")[:MOST_INVITATIONS],
        "again": OnceForm(auto_id=False),
        "changes": changes_of(Change.About.INVITATION),
    }
    return shelve(request, "people/list", context, form=form)


def _invite(said: Said, by: User) -> int:
    group = AccessGroup.objects.current().filter(slug=said.pop("group")).first()
    if bool(group) != bool(said["group_role"]):
        raise Refused.at("/role", "incomplete", "A group and a role there go together.")
    return actions.invite_many(**said, group=group, by=by, now=moment())


@reads_or_sends
@admins_write
def person(request: HttpRequest, pk: int) -> HttpResponse:
    found = _person(pk)
    form = PersonForm.of(request, person=found, initial=PersonForm.about(found))
    if form.carries_out(lambda said: _change(found, said, caller(request))):
        return done(request, "admin-person", pk)
    context = {"row": _person(pk), "changes": changes_of(Change.About.PERSON, pk)}
    return shelve(request, "people/edit", {**context, **_owns(found)}, form=form)


@transaction.atomic
def _change(found: User, said: Said, by: User) -> None:
    # First: it waits for those who climb, and they for whoever has changed an address.
    now = moment()
    keep_hours(person=found, calendar=said.pop("calendar") or None, now=now)
    actions.choose_stand_in(person=found, stand_in=said.pop("stand_in"), now=now, by=by)
    actions.change_person(person=found, now=now, by=by, **said)


@reads_or_sends
@admins_write
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Off, once it was shown what that means; or, where they are off, on again."""
    found, me = _person(pk), caller(request)
    form = LeaveForm.of(request, colleagues=_successors(found))

    def act(said: Said) -> None:
        if not found.is_active:
            actions.switch_on(person=found, now=moment(), by=me)
            return
        actions.switch_off(person=found, now=moment(), by=me)
        _hand_on(request, found, said)

    if form.carries_out(act):
        return done(request, "admin-person", pk)
    return shelve(request, "people/leave", {"row": _person(pk), **_owns(found)}, form=form)


@require_POST
@admins_write
def go_on_handing(request: HttpRequest, pk: int) -> HttpResponse:
    """The next part of what somebody who left still owns."""
    found = _person(pk)
    form = LeaveForm.of(request, colleagues=_successors(found))
    if form.carries_out(lambda said: _hand_on(request, found, said)):
        return see("admin-person", pk)
    return shelve(request, "people/leave", {"row": found, **_owns(found)}, form=form)


def _hand_on(request: HttpRequest, found: User, said: Said) -> None:
    to = User.objects.filter(pk=said["to"]).first() if said["to"] else None
    count = hand_on(found, to=to, by=acting(caller(request)), now=moment())
    if count:
        messages.info(request, _("%(count)s tickets were handed on.") % {"count": count})


def _owns(found: User) -> dict[str, Any]:
    """What is theirs, counted as far as anybody reads."""
    groups = Counter(owned_by(found).values_list("group__name", flat=True)[:MOST])
    return {
        "owned": groups.most_common(),
        "owned_in_all": groups.total(),
        "owned_is_cut": groups.total() >= MOST,
        "tokens": PersonalToken.objects.filter(user=found).valid().count(),
        "stands_in_for": User.objects.active().filter(stand_in=found).order_by("name"),
        "leave_form": LeaveForm(colleagues=_successors(found)),
    }


def _successors(found: User) -> QuerySet[User]:
    """Who may work some group in which they own something, and every admin."""
    groups = owned_by(found).order_by().values("group")
    held = Q(memberships__group__in=groups, memberships__role__in=WORKING_ROLES)
    others = User.objects.active().filter(kind=User.Kind.PERSON).exclude(pk=found.pk)
    may = held | Q(organisation_role=OrganisationRole.ADMIN)
    return others.filter(may).distinct().order_by("name")


@require_POST
@admins_write
def withdraw(request: HttpRequest, pk: int) -> SeeOther:
    invitation = _invitation(pk)
    actions.withdraw_invitation(invitation=invitation, now=moment(), by=caller(request))
    return done(request, "admin-people")


@require_POST
@admins_write
def invite_again(request: HttpRequest, pk: int) -> SeeOther:
    invitation, me = _invitation(pk), caller(request)
    once(request, lambda: actions.invite_again(invitation=invitation, by=me, now=moment()))
    return done(request, "admin-people")


def _invitation(pk: int) -> Invitation:
    found = Invitation.objects.select_related("group").filter(pk=pk).first()
    if found is None:
        raise NotHere()
    return found


def _person(pk: int) -> User:
    found = User.objects.prefetch_related("memberships__group").filter(pk=pk).first()
    if found is None:
        raise NotHere()
    return found

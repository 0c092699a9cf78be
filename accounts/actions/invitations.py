from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.acceptable import acceptable_email
from accounts.actions.changes import note_change
from accounts.actions.groups import set_role
from accounts.actions.people import create_person
from accounts.keys import digest, mint
from accounts.letters import invitation_letter
from accounts.models import AccessGroup, Change, Invitation, User
from accounts.roles import GroupRole
from cxloop.kernel.errors import Conflict, NotHere, Refused
from cxloop.kernel.letters import write_letter

OPEN_FOR = timedelta(hours=72)
MOST_AT_ONCE = 50
# So long somebody may be invited again by one press.
KEPT_FOR = timedelta(days=30)


def invite(
    *,
    email: str,
    by: User,
    now: datetime,
    organisation_role: str = "",
    group: AccessGroup | None = None,
    group_role: str = "",
) -> Invitation:
    """Writes a letter with a link of its own. An earlier invitation to this address ends. Raises
    Refused where the address has an account."""
    email = acceptable_email(email)
    if User.objects.by_email(email).exists():
        raise Refused.at("/email", "taken", "Somebody has this address already.")
    clear = mint("inv")
    with transaction.atomic():
        Invitation.objects.filter(email=email).open(now).update(expires_at=now)
        invitation = Invitation.objects.create(
            email=email,
            digest=digest(clear),
            invited_by=by,
            organisation_role=organisation_role,
            group=group,
            group_role=group_role,
            created_at=now,
            expires_at=now + OPEN_FOR,
        )
        write_letter(invitation_letter(invitation, clear), now=now)
        _note(invitation, "invited", by=by, now=now)
    return invitation


@transaction.atomic
def invite_many(*, emails: Sequence[str], by: User, now: datetime, **terms: Any) -> int:
    """All of them or none; how many. Raises Refused with a fault for each address that is wrong."""
    if not 1 <= len(emails) <= MOST_AT_ONCE:
        raise Refused.at("/emails", "too_many", f"1 to {MOST_AT_ONCE} addresses at once.")
    faults = []
    for place, email in enumerate(emails):
        try:
            invite(email=email, by=by, now=now, **terms)
        except Refused as refused:
            faults += [replace(fault, pointer=f"/emails/{place}") for fault in refused.faults]
    if faults:
        raise Refused(faults)
    return len(emails)


def invite_again(*, invitation: Invitation, by: User, now: datetime) -> Invitation:
    """A new letter to the same address on the same terms; the old link ends. Raises Conflict
    `invitation_used`, or Refused where the address has an account by now."""
    if invitation.accepted_at:
        raise Conflict("This invitation has been used.", code="invitation_used")
    return invite(
        email=invitation.email,
        organisation_role=invitation.organisation_role,
        group=invitation.group,
        group_role=invitation.group_role,
        by=by,
        now=now,
    )


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, now: datetime, by: User | None = None) -> None:
    """It ends, and is offered no more."""
    if Invitation.objects.filter(pk=invitation.pk).open(now).update(expires_at=now):
        _note(invitation, "withdrawn", by=by, now=now)


def accept_invitation(*, token: str, name: str, password: str, now: datetime) -> User:
    """The invited person, now with an account. Raises NotHere for an unknown link, Conflict
    `invitation_used` or `invitation_expired` for a spent one, Refused."""
    with transaction.atomic():
        invitation = _still_open(token, now)
        person = create_person(
            email=invitation.email,
            name=name,
            password=password,
            organisation_role=invitation.organisation_role,
            now=now,
            by=invitation.invited_by,
        )
        by, role = invitation.invited_by, invitation.group_role
        if invitation.group:
            group = invitation.group
            set_role(person=person, group=group, role=GroupRole(role), now=now, by=by)
        invitation.accepted_at = now
        invitation.save(update_fields=["accepted_at"])
    return person


def _note(invitation: Invitation, act: str, *, by: User | None, now: datetime) -> None:
    facts = {
        "email": invitation.email,
        "organisation_role": invitation.organisation_role,
        "group": invitation.group and invitation.group.brief(),
        "role": invitation.group_role,
    }
    note_change(Change.About.INVITATION, invitation.pk, act, by=by, now=now, **facts)


def _still_open(token: str, now: datetime) -> Invitation:
    """Locked, so that two who hold the link cannot both pass. Who invited must still be an admin:
    else somebody let go could keep a door open for themselves."""
    found = Invitation.objects.matching(token).select_related("invited_by", "group")
    invitation = found.select_for_update(no_key=True, of=("self",)).first()
    if invitation is None:
        raise NotHere("There is no such invitation.")
    if invitation.accepted_at:
        raise Conflict("This invitation has been used.", code="invitation_used")
    by = invitation.invited_by
    if invitation.expires_at <= now or not (by.is_active and by.is_admin):
        raise Conflict("This invitation is no longer open.", code="invitation_expired")
    return invitation

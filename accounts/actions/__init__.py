"""Everything that can happen to people, groups and keys."""

from accounts.actions.attempts import forget_attempts
from accounts.actions.groups import (
    archive_group,
    create_group,
    leave_group,
    rename_group,
    restore_group,
    set_accept_within,
    set_role,
)
from accounts.actions.invitations import (
    accept_invitation,
    invite,
    invite_again,
    invite_many,
    withdraw_invitation,
)
from accounts.actions.passwords import ask_password_reset, invent_password, reset_password
from accounts.actions.people import (
    PersonChanges,
    change_person,
    choose_stand_in,
    create_person,
    set_presence,
    switch_off,
    switch_on,
)
from accounts.actions.sign_in import check_sign_in
from accounts.actions.tokens import issue_token, revoke_token

__all__ = [
    "PersonChanges",
    "accept_invitation",
    "archive_group",
    "ask_password_reset",
    "change_person",
    "check_sign_in",
    "choose_stand_in",
    "create_group",
    "create_person",
    "forget_attempts",
    "invent_password",
    "invite",
    "invite_again",
    "invite_many",
    "issue_token",
    "leave_group",
    "rename_group",
    "reset_password",
    "restore_group",
    "revoke_token",
    "set_accept_within",
    "set_presence",
    "set_role",
    "switch_off",
    "switch_on",
    "withdraw_invitation",
]

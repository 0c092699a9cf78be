"""Everything that can happen to a mail."""

from feedback.email.actions.erase import erase_mails, hold_answers
from feedback.email.actions.hooks import hooks_of, make_hook, remove_hook, replace_secret
from feedback.email.actions.mailboxes import mailboxes_of, set_mailboxes
from feedback.email.actions.take_in import Envelope, take_in
from feedback.email.actions.take_up import mark_taken_up, note_proof_told
from feedback.email.actions.understand import hear_after_all, keep_mail, try_again, understand_mail

__all__ = [
    "Envelope",
    "erase_mails",
    "hear_after_all",
    "hold_answers",
    "hooks_of",
    "keep_mail",
    "mailboxes_of",
    "make_hook",
    "mark_taken_up",
    "note_proof_told",
    "remove_hook",
    "replace_secret",
    "set_mailboxes",
    "take_in",
    "try_again",
    "understand_mail",
]

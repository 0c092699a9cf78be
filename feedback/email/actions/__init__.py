"""Everything that can happen to a mail."""

from feedback.email.actions.erase import erase_mails, hold_answers
from feedback.email.actions.mailboxes import mailboxes_of, set_mailboxes
from feedback.email.actions.take_in import Envelope, take_in
from feedback.email.actions.take_up import mark_taken_up, note_proof_told
from feedback.email.actions.understand import hear_after_all, keep_mail, understand_mail

__all__ = [
    "Envelope",
    "erase_mails",
    "hear_after_all",
    "hold_answers",
    "keep_mail",
    "mailboxes_of",
    "mark_taken_up",
    "note_proof_told",
    "set_mailboxes",
    "take_in",
    "understand_mail",
]

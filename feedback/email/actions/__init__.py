"""Everything that can happen to a mail."""

from feedback.email.actions.erase import erase_mails, hold_answers
from feedback.email.actions.take_up import mark_taken_up
from feedback.email.actions.understand import keep_mail, understand_mail

__all__ = ["erase_mails", "hold_answers", "keep_mail", "mark_taken_up", "understand_mail"]

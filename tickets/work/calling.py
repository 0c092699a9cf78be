"""A customer's wish to be called, as it came with their feedback."""

from feedback.intake.call_backs import call_back_in
from feedback.intake.models import Feedback
from tickets.sla.calls import CallWish, wish_from


def wish_in(feedback: Feedback) -> CallWish | None:
    said = call_back_in(feedback.answers)
    if said is None:
        return None
    return wish_from(said.after, said.before, said.zone, heard_at=feedback.received_at)

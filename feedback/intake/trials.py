"""A trial read again as the feedback it would have been, for who judges it and writes nothing."""

from dataclasses import replace

from feedback.intake.actions.hear import entry_for
from feedback.intake.customers import unsaved_customer
from feedback.intake.models import Contactable, Feedback, Trial
from feedback.intake.submission import read_submission
from feedback.intake.trust import Trust
from feedback.intake.writing import unsaved_feedback


def as_feedback(trial: Trial) -> Feedback:
    """Never saved, and said by a customer of whom nothing else is known."""
    said = read_submission(trial.said, now=trial.posted_at)
    entry = entry_for(said, source=trial.source, now=trial.posted_at, id=trial.pk)
    heard = unsaved_feedback(replace(entry, received_at=trial.received_at))
    heard.source = trial.source
    customer = unsaved_customer(said.customer, Trust(trial.trust), now=trial.posted_at)
    heard.customer = customer
    heard.contactable = customer.way if customer else Contactable.NONE
    return heard

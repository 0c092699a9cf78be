"""What the room keeps: sources and their keys, who spoke, what was said and who judges it next."""

from feedback.intake.models.customer import Consent, Contactable, Customer
from feedback.intake.models.feedback import Arrival, Feedback, IdempotencyKey, ReceiptAsk
from feedback.intake.models.file import MOST_FILES, FeedbackFile
from feedback.intake.models.ids import new_id
from feedback.intake.models.quarantine import Quarantine, is_counted
from feedback.intake.models.source import (
    Channel,
    Source,
    SourceKey,
    SourceOwner,
    new_identity_secret,
)
from feedback.intake.models.trial import Trial

__all__ = [
    "MOST_FILES",
    "Arrival",
    "Channel",
    "Consent",
    "Contactable",
    "Customer",
    "Feedback",
    "FeedbackFile",
    "IdempotencyKey",
    "Quarantine",
    "ReceiptAsk",
    "Source",
    "SourceKey",
    "SourceOwner",
    "Trial",
    "is_counted",
    "new_id",
    "new_identity_secret",
]

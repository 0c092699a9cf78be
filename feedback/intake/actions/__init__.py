"""Everything that can happen here."""

from feedback.intake.actions.hear import Receipt, hear, hear_many

__all__ = ["Receipt", "hear", "hear_many"]

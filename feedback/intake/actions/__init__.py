"""Everything that can happen here.

hear      one feedback, or many at once
enclose   files are kept with it
sources   opened, changed, archived; their keys issued and revoked
claims    a colleague says whom a claim stands for, or that it stands for itself
quarantine  what looks automatic is released, or is spam
trials    what came by a test key is kept apart, erased and forgotten
consents  what a customer allows us
erase     a person is blanked, or told what we keep of them
"""

from feedback.intake.actions.hear import Receipt, hear, hear_many

__all__ = ["Receipt", "hear", "hear_many"]

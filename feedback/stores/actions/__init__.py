"""Everything that can happen here.

take_reviews  what an export says is taken: new reviews, changed ones, replies; each once
replies       one stands on its ticket, or none has its review
erase         a person's reviews keep that they were there, and nothing that they said
"""

from feedback.stores.actions.erase import erase_reviews, hold_replies
from feedback.stores.actions.take import Taken, take_reviews

__all__ = ["Taken", "erase_reviews", "hold_replies", "take_reviews"]

"""How pressing a matter is, from the least to the most: one scale for rules, promises, tickets and
ladders."""

PRIORITIES = ("low", "normal", "high", "urgent")

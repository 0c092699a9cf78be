"""Real complaints and reviews, from the first day to a chosen one, through the rules of a house
that might have had them: what `manage.py replay` tells.

The complaints are lived through as they came: each day is imported, judged, answered where the
record says that a person acted, and the ladders are climbed at every instant that was due. The
reviews are history that is imported on the chosen day, and therefore quiet.

The log of a helpdesk is lived through event by event: what `manage.py replay_helpdesk` tells. It
proves what clocks and calendars reckon, beside an oracle in the tests.
"""

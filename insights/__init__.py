"""LEARNED. What the figures say; reads everything, writes nothing of the others.

Owns:    measures: each a documented function; forecasts, and how they have held; the figures of
         past days; what became of every repair; the letter of the week.
Knows:   every room before it.
Ignores: how a figure is drawn.
Wakes:   when somebody asks; once a night; for days to count and repairs to record; on Mondays.
"""

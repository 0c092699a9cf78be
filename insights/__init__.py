"""LEARNED. What the figures say; reads everything, writes nothing of the others.

Owns:    measures: each a documented function; forecasts, and how they have held.
Knows:   every room before it.
Ignores: how a figure is drawn.
Wakes:   when somebody asks; and once a night.
"""

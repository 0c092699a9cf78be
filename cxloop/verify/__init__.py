"""Whether an installation keeps its word: every invariant as a figure, counted from its rows.

Reads only, in one snapshot; costs the time of looking through what is stored, and the memory of
one batch. What a stored column can answer is asked in SQL that shares no line with what wrote the
rows. Deadlines under business hours are beyond SQL: clocks are folded in Python, batch by batch.
"""

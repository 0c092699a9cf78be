"""FLOOR. What every room stands on.

Owns:    errors and their answers, letters and their delivery, heartbeats, the drain, the moment.
Knows:   nothing of the product: no person, no feedback, no ticket.
Ignores: why a letter was written or what a sweep does.
Wakes:   for letters that wait to be sent.
"""

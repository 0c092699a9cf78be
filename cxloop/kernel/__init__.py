"""FLOOR. What every room stands on.

Owns:    errors and their answers, letters and their delivery, the drain, the moment, heartbeats
         and the alarm when they fail.
Knows:   nothing of the product: no person, no feedback, no ticket.
Ignores: why a letter was written or what a sweep does.
Wakes:   for letters that wait to be sent.
"""

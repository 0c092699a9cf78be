"""RAISED. Who hears, how early and how loudly, that a promise is in danger.

Owns:    ladders, their rungs and changes, escalations, notices, the hours in which people are
         reached.
Knows:   work, sla, accounts, the kernel's letters.
Ignores: how a ticket is worked or repaired.
Wakes:   for clocks whose next rung or deadline has come, and for ladders that have changed.
"""

"""Faults against the real processes of `manage.py up`, with load from outside, and then the count.

`manage.py faults` runs a deck of them in a seeded order, again and again, for ten minutes; a short
round is in the suite. Nothing of ours is imported by what makes the faults and the load: it knows
addresses, process ids, SQL and the mail server's side of the wire.

What takes long in life is scaled by its cause, not by its effect. Promises are of 20 s to 40 s, so
that in the seconds for which beat is kept dead, or the broker gone, a whole promise with all its
rungs falls due: the same standstill that half an hour is for 48 hours. The clock that jumps an hour
is the database's, the only one that the house asks: a function before `clock_timestamp()` in the
search path adds the hour for every session at once. Nothing else is played: processes die by
signals, the broker by its own limits, the disk by being full.
"""

"""REMOVED. The cause behind many repairs: found, planned, fixed, watched, and told.

Owns:    problems, the tickets behind them, the watch over a fix, announcements of it.
Knows:   work, recovery, feedback, accounts, the kernel's letters.
Ignores: how a single ticket is answered, and by when.
Wakes:   for causes that are named, periods that are over, announcements that were confirmed.
"""

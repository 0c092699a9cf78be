"""HEARD. Feedback enters here once, whatever the channel, and is never edited.

Owns:    sources and their keys, customers, feedback with its files, arrivals, quarantine,
         trials, idempotency keys.
Knows:   the kernel; accounts, for the groups that own a source.
Ignores: what becomes of feedback: rules and tickets come and look for arrivals themselves.
Wakes:   when somebody posts.
"""

"""PROMISED. What we promised a customer until when, and whether it was kept.

Owns:    calendars, policies, promises, clocks and their events.
Knows:   the kernel; accounts, for who changed a policy.
Ignores: tickets, feedback, people's work: others tell it what happened, it says what that means.
Wakes:   never by itself; the room that raises looks at clocks whose time has come.
"""

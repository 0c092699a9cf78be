"""PROMISED. What we promised a customer until when, and whether it was kept.

Owns:    calendars, policies, promises, clocks and their events.
Knows:   the kernel; accounts, for who changed a policy; of feedback, when it was received.
Ignores: tickets, what feedback says, people's work: others tell it what happened.
Wakes:   never by itself; the room that raises looks at clocks whose time has come.
"""

"""PROMISED. What we promised a customer until when, and whether it was kept.

Owns:    calendars, policies, promises, clocks and their events.
Knows:   the kernel; accounts, for who changed a policy; of feedback, when it was received.
Ignores: tickets, what feedback says, people's work: others tell it what happened.
Wakes:   for calendars whose holidays or iCal are a day old; never for clocks: the room that raises
         looks at those whose time has come.
"""

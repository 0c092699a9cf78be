"""PROMISED. What we promised a customer until when, and whether it was kept.

Owns:    calendars, policies, promises, clocks and their events.
Knows:   the kernel; accounts, for who changed a policy.
Ignores: tickets, feedback, people's work: others tell it what happened, it says what that means.
Wakes:   for calendars whose holidays or iCal are a day old; never for clocks: the room that raises
         looks at those whose time has come.
"""

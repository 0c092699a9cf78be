"""HEARD in app stores. Reviews are read from the stores' exports, each version of each once.

Owns:    which review is which, its versions as feedback, and the replies that an export tells of.
Knows:   intake.
Ignores: tickets: a reply waits here until the room that works takes it up.
Wakes:   when an export is imported.
"""

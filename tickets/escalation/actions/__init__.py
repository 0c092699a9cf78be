"""Everything that can happen when a promise is in danger.

climb        clocks whose time has come: what broke is noted, every rung passed, people are named
intervene    what a rung does to the ticket: its priority, its owner
tell         the people named are written to, many notices in one letter
take_back    letters called back before they left, since the promise had ended
acknowledge  somebody takes note
ladders      written, revised, archived
wake         clocks that climb a changed ladder are looked at anew, some at a time
hours        in which hours somebody is reached
erase        what notices said of a person
"""

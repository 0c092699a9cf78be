"""SEEN. Pages for agents, managers and admins, public pages for customers, joined API reads.

Owns:    templates, forms, what a page shows; drafts, and who is at a ticket.
Knows:   every room before it.
Ignores: how anything is decided: it fetches, lets act, shows.
Wakes:   when somebody looks; once an hour, to forget forms sent and drafts left long ago.
"""

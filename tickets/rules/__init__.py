"""JUDGED. What a feedback leads to, decided by an ordered list of rules; the first match wins.

Owns:    rules and their versions; facts, conditions, decisions; the rehearsal of a draft.
Knows:   what was heard (feedback.intake), the groups a rule may name (accounts), the kernel.
Ignores: tickets, policies and clocks: it says "a ticket, under this policy", and others act.
Wakes:   for nobody; the triage asks it for a decision, an admin for a rehearsal.
"""

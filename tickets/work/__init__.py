"""WORKED. A ticket is the promise to one customer; here people keep it.

Owns:    tickets, triage, the timeline, contacts, assignment, correspondence, root causes.
Knows:   feedback, rules, sla, accounts, the kernel.
Ignores: who is alarmed, what a repair costs, how anything looks.
Wakes:   for arrivals to judge, answers from customers, waits that end, letters that died.
"""

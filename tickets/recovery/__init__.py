"""REPAIRED. Putting it right, and letting the customer say whether it is.

Owns:    recoveries, gestures and their approvals, limits, questions and answers.
Knows:   work, sla, feedback, accounts, the kernel's letters.
Ignores: who was alarmed on the way.
Wakes:   for resolutions whose customer was not asked, and for questions that nobody answers.
"""

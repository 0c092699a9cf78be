"""PRAISED. Praise is feedback too: whom a customer thanks is found, told and counted.

Owns:    kudos: who is praised by what a customer said, and why we think so.
Knows:   work, recovery, feedback, accounts.
Ignores: problems, and whatever went wrong.
Wakes:   for praise in what was judged, and in what customers answer after a repair.
"""

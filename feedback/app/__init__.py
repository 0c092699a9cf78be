"""HEARD in apps. What was collected offline arrives by the batch, in order, each item once.

Owns:    the batch endpoint.
Knows:   intake.
Ignores: what becomes of it.
Wakes:   when a server or an app posts a batch.
"""

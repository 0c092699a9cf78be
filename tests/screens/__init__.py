"""`manage.py screenshots`: the desk of a shop after a busy week, photographed page by page.

The week is lived through by the acts of the house, at their own times; nothing is painted. It runs
against the real processes that `manage.py up` starts, in a folder of its own, and a real browser.
"""

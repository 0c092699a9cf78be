"""What `manage.py bench` measures: each figure beside the floor that no service can go under.

Owns a database of its own, filled by SQL; servers like those of `up`; a load generator in a
process of its own. Everything is measured in pairs, product and floor in turn, so that what else
the machine does falls on both.
"""

"""Everything that can happen to praise.

listen  found in what was judged and answered, and waits to be routed
route   whom it praises
hand    passed on by a person, taken away again, read
erase   what was kept of somebody who must be forgotten
"""

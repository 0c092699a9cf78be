"""Pages that are open are told at once what has changed, over server-sent events.

This role reads and never writes, and holds nothing that must last: what a page was not told it
finds when it connects anew, or when it looks by itself. An event says that something changed and
never what; the page then asks as it always did, and is answered by the one predicate.
"""

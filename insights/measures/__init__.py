"""What a report of repairs says, each figure a function over rows that states its definition. Pure:
rows in, figures out; whoever has the exported rows can work out every one of them."""

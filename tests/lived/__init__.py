"""The desk after a shop's week: every page of it held to what it promises whoever looks at it."""

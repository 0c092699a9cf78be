"""Durations in words, exact to the second."""

UNITS = ((3600, "hour"), (60, "minute"), (1, "second"))


def in_words(seconds: int) -> str:
    """172800 becomes "48 hours", -3661 "minus 1 hour 1 minute 1 second".

    Hours are never folded into days: beside opening hours "2 days" could mean 48 hours or 18.
    """
    left, words = abs(seconds), []
    for length, unit in UNITS:
        number, left = divmod(left, length)
        if number:
            words.append(f"{number:,} {unit}{'s' if number > 1 else ''}")
    return ("minus " if seconds < 0 else "") + (" ".join(words) or "0 seconds")

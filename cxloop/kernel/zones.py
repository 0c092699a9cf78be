from functools import cache
from zoneinfo import available_timezones


@cache
def known_zones() -> frozenset[str]:
    """The names of time zones, read from the disk once: that takes a twentieth of a second."""
    # Not by trying ZoneInfo(name): it takes leap-second files, "localtime", which is another
    # zone on another machine, and on some file systems any spelling.
    return frozenset(available_timezones() - {"localtime", "Factory"})

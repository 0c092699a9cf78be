"""in_words says a duration exactly, as one would say it aloud."""

import pytest

from tickets.sla.durations import in_words


@pytest.mark.parametrize(
    "seconds, words",
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (60, "1 minute"),
        (3661, "1 hour 1 minute 1 second"),
        (172_800, "48 hours"),
        (7205, "2 hours 5 seconds"),
        (-5400, "minus 1 hour 30 minutes"),
        (3_600_000, "1,000 hours"),
    ],
)
def test_it_is_exact(seconds, words):
    assert in_words(seconds) == words

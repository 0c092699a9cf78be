from cxloop.kernel.moment import moment
from insights import actions


def note_forecasts() -> int:
    return actions.note_forecasts(now=moment())

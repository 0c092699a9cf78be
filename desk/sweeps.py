from cxloop.kernel.moment import moment
from desk import drafts, once, presence


def forget_sent_forms() -> int:
    return once.forget_sent_forms(moment())


def forget_drafts() -> int:
    """And who looked at what, an hour ago."""
    now = moment()
    presence.forget_presence(now)
    return drafts.forget_drafts(now)

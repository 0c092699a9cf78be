from cxloop.kernel.moment import moment
from desk import once


def forget_sent_forms() -> int:
    return once.forget_sent_forms(moment())

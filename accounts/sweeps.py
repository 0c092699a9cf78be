from accounts import actions
from cxloop.kernel.moment import moment


def forget_attempts() -> int:
    return actions.forget_attempts(now=moment())

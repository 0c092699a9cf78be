#!/usr/bin/env python3
"""The one door: `up`, `test`, `faults`, `screenshots` and every Django command.

Runs before anything is installed, so it needs the standard library alone, and an old Python must
be able to read it, to be told that it is too old.
"""

import os
import sys


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever types the command may have an old one
        found = f"{sys.version_info[0]}.{sys.version_info[1]} ({sys.executable})"
        sys.exit(f"cxloop: this is Python {found}; Python 3.11 or later is needed.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxloop.settings")
    from cxloop.up import bootstrap
    from cxloop.up.refusal import Refusal

    try:
        of_tests = sys.argv[1:2] in (["test"], ["faults"], ["screenshots"])
        bootstrap.enter("test" if of_tests else "run")
        from cxloop.up.door import open_door

        sys.exit(open_door(sys.argv))
    except Refusal as refusal:
        sys.exit(f"cxloop: {refusal}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()

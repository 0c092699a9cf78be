"""Regular expressions by RE2: time grows with the text, never with the pattern's cunning."""

from typing import Any

import re2

LONGEST = 500
# Where its automaton outgrows the memory, RE2 walks text times program: this bounds the product.
LARGEST_PROGRAM = 4000
_MEMORY = 2 * 1024 * 1024

Pattern = Any


class BadPattern(ValueError):
    """The pattern is not RE2's, or costs too much; the message says which."""


def compile_pattern(source: str) -> Pattern:
    """The pattern, blind to case unless it says (?-i); syntax: github.com/google/re2/wiki/Syntax.

    Raises BadPattern.
    """
    if not source or len(source) > LONGEST:
        raise BadPattern(f"a pattern has 1 to {LONGEST} characters")
    try:
        pattern = re2.compile(source, _options())
    except re2.error as error:
        raise BadPattern(_words(error)) from None
    if pattern.programsize > LARGEST_PROGRAM:
        raise BadPattern("the pattern is too large: shorten its repetitions or classes")
    return pattern


def _options() -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.never_capture = True
    options.log_errors = False
    options.max_mem = _MEMORY
    return options


def _words(error: Exception) -> str:
    reason = error.args[0] if error.args else "cannot be read"
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)

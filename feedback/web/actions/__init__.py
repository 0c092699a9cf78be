"""Everything that can happen here.

forms   written, revised, put away and brought back
parts   what was answered so far is kept, and heard once: when it is sent, or half an hour after
"""

from feedback.web.actions.forms import (
    ASKING,
    archive_form,
    restore_form,
    revise_form,
    write_form,
)
from feedback.web.actions.parts import end_part, erase_parts, hear_parts, keep_part

__all__ = [
    "ASKING",
    "archive_form",
    "end_part",
    "erase_parts",
    "hear_parts",
    "keep_part",
    "restore_form",
    "revise_form",
    "write_form",
]

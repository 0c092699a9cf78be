"""Tables as people read them on a terminal."""

from collections.abc import Sequence
from typing import Any

from cxloop.replay.pace import Stages

Row = Sequence[Any]


def stages_table(stages: Stages) -> str:
    head = ("Stages", "rows", "seconds", "rows a second")
    rows = [
        (f"  {stage}", f"{rows:,}", f"{seconds:.1f}", f"{rows / seconds:,.0f}")
        for stage, (rows, seconds) in stages.taken.items()
    ]
    return table([head, *rows])


def table(rows: Sequence[Row], *, first: int = 60) -> str:
    """Names to the left, numbers to the right; the first row heads the others."""
    shown = [[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in shown) for column in range(len(shown[0]))]
    first = max(widths[0], first)
    return "\n".join(
        row[0].ljust(first)
        + "".join(cell.rjust(width + 2) for cell, width in zip(row[1:], widths[1:], strict=True))
        for row in shown
    )

"""A figure: the median of pairs, product and floor measured in turn."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """`reach` is what was aimed at, in the words of the table; `share` of the floor, or times as
    slow, or nothing where there is no floor; `missed`, whether the aim was."""

    what: str
    product: str
    floor: str = "-"
    share: str = "-"
    reach: str
    missed: bool = False


Measure = Callable[[], float]


@dataclass(frozen=True)
class Pairs:
    """One of the product beside one of the floor each: rates, or how long it took."""

    product: list[float]
    floor: list[float]

    @property
    def share(self) -> float:
        """Of the floor. The median of the pairs, which had the same weather each."""
        return statistics.median(p / f for p, f in zip(self.product, self.floor, strict=True))

    @property
    def times(self) -> float:
        """As long as the floor."""
        return self.share


def measure_in_turn(product: Measure, floor: Measure, *, pairs: int) -> Pairs:
    found = Pairs([], [])
    for _ in range(pairs):
        found.product.append(product())
        found.floor.append(floor())
    return found


def rates(what: str, pairs: Pairs, *, reach: float) -> Figure:
    return Figure(
        what=what,
        product=per_second(pairs.product),
        floor=per_second(pairs.floor),
        share=f"{pairs.share:.2f}",
        reach=f"{reach:g} of the floor",
        missed=pairs.share < reach,
    )


def per_second(found: list[float]) -> str:
    return f"{statistics.median(found):,.0f}/s"


def in_ms(found: list[float]) -> str:
    return f"{statistics.median(found):.2f} ms"


def heading() -> str:
    return _aligned(("what", "product", "floor", "share", "reach"))


def as_line(figure: Figure) -> str:
    reach = f"{figure.reach} (missed)" if figure.missed else figure.reach
    return _aligned((figure.what, figure.product, figure.floor, figure.share, reach))


def _aligned(cells: tuple[str, ...]) -> str:
    """Under the heading, though the lines to come are not known yet."""
    parts = (cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True))
    return "  ".join(parts).rstrip()


_WIDTHS = (62, 30, 16, 10, 0)

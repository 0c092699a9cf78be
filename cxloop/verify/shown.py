"""The findings as a page of figures."""

from collections.abc import Iterable

from cxloop.verify.checker import Figure, Findings

_WIDTH = 62


def show_findings(findings: Findings) -> str:
    parts = [
        f"One snapshot, {findings.at:%Y-%m-%d %H:%M:%S} UTC",
        _table("At any instant", findings.instant),
    ]
    if findings.settled:
        parts.append(_table("Once settled", findings.settled))
    seen = [f"  {name:<{_WIDTH}}{count:>11,}" for name, count in findings.seen.items()]
    return "\n\n".join([*parts, "\n".join(["Seen, not judged", *seen]), _verdict(findings)])


def _table(title: str, figures: Iterable[Figure]) -> str:
    head = f"{title:<{_WIDTH + 2}}{'looked at':>11}{'wrong':>9}"
    return "\n".join([head, *map(_line, figures)])


def _line(figure: Figure) -> str:
    name = f"{figure.name}, {figure.grace_s} s on" if figure.grace_s else figure.name
    example = f"  {figure.example}" if figure.wrong else ""
    return f"  {name:<{_WIDTH}}{figure.looked_at:>11,}{figure.wrong:>9,}{example}"


def _verdict(findings: Findings) -> str:
    if not findings.wrong:
        return "Every promise is kept."
    return "Broken: " + "; ".join(f"{figure.wrong:,} {figure.name}" for figure in findings.wrong)

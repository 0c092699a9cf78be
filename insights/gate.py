"""Whether forecasts may be shown: only while they beat the base rate. Pure.

A house's own forecasts decide as soon as enough of them have come due; until then those over the
event log of a helpdesk do, which say so.
"""

from dataclasses import dataclass

from insights.calibration import Judged
from insights.helpdesk import HELPDESK

ENOUGH_CASES = 100


@dataclass(frozen=True)
class Standing:
    judged: Judged
    is_own: bool

    @property
    def is_shown(self) -> bool:
        return self.judged.beats

    @property
    def why(self) -> str:
        found = self.judged
        where = "this house's own promises" if self.is_own else "the event log of a helpdesk"
        verb = "beats" if found.beats else "does not beat"
        said = (
            f"On {where} the forecast's Brier score of {found.brier:.4f} {verb} the base rate's"
            f" {found.base_brier:.4f} ({found.scored:,} forecasts of {found.cases:,} promises),"
            f" so it is {'shown' if found.beats else 'not shown'}."
        )
        few = " Of this house's own promises too few have been forecast and have come due yet."
        return said if self.is_own else said + few


def standing_by(own: Judged | None, *, elsewhere: Judged = HELPDESK) -> Standing:
    if own and own.cases >= ENOUGH_CASES:
        return Standing(own, is_own=True)
    return Standing(elsewhere, is_own=False)

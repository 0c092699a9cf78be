import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from insights.calibration import Judged, judge
from insights.event_log import LOG, observe, read_cases
from insights.likely import standing_now


class Command(BaseCommand):
    help = "Scores the forecast of broken promises over an event log, against the base rate."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", help="the folder; also CXLOOP_TEST_DATA")
        parser.add_argument("--own", action="store_true", help="this installation's score instead")

    def handle(self, *args: Any, **options: Any) -> None:
        found = standing_now().judged if options["own"] else _scored(options["data"])
        self.stdout.write("\n".join(tell_score(found)))


def _scored(data: str | None) -> Judged:
    found = judge(list(observe(read_cases(_log(data)))))
    if found is None:
        raise CommandError("Too little happened in this log to be scored.", returncode=1)
    return found


def tell_score(found: Judged) -> Iterator[str]:
    yield f"Fitted on {found.trained:,} forecasts: of the first 80 % of cases by time"
    yield f"Scored on {found.scored:,} forecasts of {found.cases:,} cases: of the last 20 %"
    yield f"Model: log odds = {found.model.intercept:.6f} + {found.model.slope:.6f} x pressure"
    yield ""
    yield "Brier score, 0 at best"
    yield f"  the forecast                                {found.brier:.6f}"
    yield f"  the base rate, as known before              {found.prior_brier:.6f}"
    yield f"  the base rate, in hindsight ({found.base_rate:7.2%})      {found.base_brier:.6f}"
    yield ""
    yield "forecast    broke   forecasts"
    for tenth in found.table:
        yield f"{tenth.forecast:8.4f} {tenth.broke:8.4f} {tenth.number:11,}"
    yield ""
    if found.beats:
        yield "It beats the base rate even in hindsight: the list may be shown."
    else:
        yield "It does not beat the base rate in hindsight: the list must not be shown."


def _log(named: str | None) -> Path:
    named = named or os.environ.get("CXLOOP_TEST_DATA", "").strip()
    if not named:
        raise CommandError(
            "Name the folder of the log by --data or CXLOOP_TEST_DATA.", returncode=2
        )
    path = Path(named) / LOG
    if not path.is_file():
        raise CommandError(f"There is no {path}.", returncode=2)
    return path

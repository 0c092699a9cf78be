"""All benchmarks in the order in which none spoils the next."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from cxloop.aside import database_aside
from cxloop.bench.bulk import measure_batch, measure_import
from cxloop.bench.figures import Figure
from cxloop.bench.ground import Ground, lay_ground, store
from cxloop.bench.ingest import measure_ingest, measure_latency, measure_stored
from cxloop.bench.judging import measure_triage
from cxloop.bench.scale import Scale
from cxloop.bench.servers import Stage, open_stage
from cxloop.kernel.moment import moment

NAMES = ("ingest", "stored", "batch", "import", "latency", "triage")
Say = Callable[[str], None]


def run_course(wanted: Collection[str], scale: Scale, *, say: Say) -> Iterator[Figure]:
    """Figures as they are found; `say` hears what is being prepared."""
    say(f"storing {scale.stored:,} feedback twice, for the product and for the floor ...")
    with _ground("bench", scale.stored) as ground, open_stage() as stage:
        for name in NAMES:
            if name in wanted:
                say(f"measuring {name} ...")
                yield from _measure(name, ground, stage, scale)


def _measure(name: str, ground: Ground, stage: Stage, scale: Scale) -> Iterator[Figure]:
    match name:
        case "ingest":
            yield from measure_ingest(ground, stage, scale)
        case "stored":
            with _ground("little", scale.little) as little:
                yield measure_stored(ground, little, stage, scale)
        case "batch":
            yield from measure_batch(ground, stage, scale)
        case "import":
            yield from measure_import(ground, scale)
        case "latency":
            yield measure_latency(ground, stage, scale)
        case "triage":
            yield measure_triage(ground, scale)


@contextmanager
def _ground(purpose: str, stored: int) -> Iterator[Ground]:
    with database_aside(purpose) as url:
        ground = lay_ground(url, moment())
        store(ground, stored)
        yield ground

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

GROUPS = {
    "ingest": ("post", "stored", "batch", "import", "latency", "triage"),
}
NAMES = (*GROUPS, *(name for names in GROUPS.values() for name in names))
Say = Callable[[str], None]


def run_course(wanted: Collection[str], scale: Scale, *, say: Say) -> Iterator[Figure]:
    """Figures as they are found; `say` hears what is being prepared. A group's name stands for all
    that is in it, and nothing for everything."""
    for group, names in GROUPS.items():
        chosen = [name for name in names if not wanted or {group, name} & set(wanted)]
        if chosen:
            yield from _COURSES[group](chosen, scale, say)


def _ingest(names: Collection[str], scale: Scale, say: Say) -> Iterator[Figure]:
    say(f"storing {scale.stored:,} feedback twice, for the product and for the floor ...")
    with _ground("bench", scale.stored) as ground, open_stage() as stage:
        for name in names:
            say(f"measuring {name} ...")
            yield from _measure(name, ground, stage, scale)


def _measure(name: str, ground: Ground, stage: Stage, scale: Scale) -> Iterator[Figure]:
    match name:
        case "post":
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


_COURSES: dict[str, Callable[[Collection[str], Scale, Say], Iterator[Figure]]] = {
    "ingest": _ingest,
}

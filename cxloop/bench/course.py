"""All benchmarks in the order in which none spoils the next."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from cxloop.aside import database_aside, moved_to
from cxloop.bench.bulk import measure_batch, measure_import
from cxloop.bench.explaining import measure_explain
from cxloop.bench.figures import Figure
from cxloop.bench.ground import Ground, lay_ground, store
from cxloop.bench.idle import measure_idle
from cxloop.bench.ingest import measure_ingest, measure_latency, measure_stored
from cxloop.bench.judging import measure_triage
from cxloop.bench.mail import measure_mail
from cxloop.bench.pages import measure_pages
from cxloop.bench.past import store_two_years
from cxloop.bench.promises import staff_groups, store_running
from cxloop.bench.scale import Scale
from cxloop.bench.servers import Stage, open_stage
from cxloop.bench.standstill import measure_standstill
from cxloop.bench.steady import measure_steady
from cxloop.kernel.moment import moment

GROUPS = {
    "ingest": ("post", "stored", "batch", "import", "latency", "mail", "triage"),
    "sla": ("pages", "explain", "idle", "standstill", "steady"),
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
        case "mail":
            yield measure_mail(ground, stage, scale)
        case "triage":
            yield measure_triage(ground, scale)


def _sla(names: Collection[str], scale: Scale, say: Say) -> Iterator[Figure]:
    if "pages" in names:
        say(f"storing {scale.stored:,} tickets of two years ...")
        with _house("past") as ground:
            store_two_years(ground, scale.stored, moment())
            say("measuring pages ...")
            yield from measure_pages(scale)
    further = [name for name in names if name != "pages"]
    if further:
        say(f"storing {scale.stored:,} running clocks ...")
        with _house("clocks") as ground, open_stage() as stage:
            store_running(scale.stored, moment())
            for name in further:
                say(f"measuring {name} ...")
                yield from _measure_clocks(name, ground, stage, scale)


def _measure_clocks(name: str, ground: Ground, stage: Stage, scale: Scale) -> Iterator[Figure]:
    match name:
        case "explain":
            yield from measure_explain(scale, moment())
        case "idle":
            with _house("fewclocks") as few:
                store_running(scale.little, moment())
                with moved_to(ground.name):
                    yield from measure_idle(ground, few, scale)
        case "standstill":
            yield from measure_standstill(ground, stage, scale)
        case "steady":
            yield measure_steady(ground, stage, scale)


@contextmanager
def _house(purpose: str) -> Iterator[Ground]:
    """Its people, and nothing promised yet."""
    with database_aside(purpose) as url:
        ground = lay_ground(url, moment())
        staff_groups(moment())
        yield ground


@contextmanager
def _ground(purpose: str, stored: int) -> Iterator[Ground]:
    with database_aside(purpose) as url:
        ground = lay_ground(url, moment())
        store(ground, stored)
        yield ground


_COURSES: dict[str, Callable[[Collection[str], Scale, Say], Iterator[Figure]]] = {
    "ingest": _ingest,
    "sla": _sla,
}

"""PostgreSQL and Valkey of one folder, started together."""

from collections.abc import Mapping

from cxloop.up import postgres, valkey
from cxloop.up.children import Nursery
from cxloop.up.disguise import find_disguise
from cxloop.up.home import Home

START_SECONDS = 60.0  # a recovery after a crash may take its time


def start_servers(home: Home, nursery: Nursery, settings: Mapping[str, str]) -> None:
    """Both accept connections on return. `settings` are PostgreSQL's, beside our own."""
    broker = valkey.broker(home.logs, log=home.logs / "broker.log", **home.facts["broker"])
    nursery.start(broker)
    cluster = _cluster(home, settings)
    cluster.make()
    database = cluster.child()
    nursery.start(database)
    database.wait_until(cluster.answers, seconds=START_SECONDS)
    cluster.make_database()
    broker.wait_until(lambda: valkey.answers(**home.facts["broker"]), seconds=START_SECONDS)


def _cluster(home: Home, settings: Mapping[str, str]) -> postgres.Cluster:
    programs = postgres.find_programs()
    disguise = find_disguise(programs.folder / "postgres", home.path)
    return postgres.Cluster(
        data=disguise.data(home.postgres),
        port=home.facts["database"]["port"],
        password=home.facts["database"]["password"],
        log=home.logs / "database.log",
        programs=postgres.Programs(disguise.programs(programs.folder), programs.major),
        disguise=disguise,
        settings=settings,
    )

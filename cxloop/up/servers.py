"""PostgreSQL and Valkey of one folder, started together."""

from collections.abc import Mapping

from cxloop.up import postgres, valkey
from cxloop.up.children import Nursery
from cxloop.up.disguise import find_disguise
from cxloop.up.home import Home


def start_servers(home: Home, nursery: Nursery, settings: Mapping[str, str]) -> None:
    """Both accept connections on return. `settings` are PostgreSQL's, beside our own."""
    broker = valkey.broker(
        home.logs,
        port=home.facts["broker"]["port"],
        password=home.facts["broker"]["password"],
        log=home.logs / "broker.log",
    )
    nursery.start(broker)
    cluster = _cluster(home, settings)
    cluster.make()
    database = cluster.child()
    nursery.start(database)
    cluster.wait_until_ready(database)
    valkey.wait_until_ready(broker, port=home.facts["broker"]["port"])


def _cluster(home: Home, settings: Mapping[str, str]) -> postgres.Cluster:
    disguise, programs = find_disguise(), postgres.find_programs()
    data = disguise.data(home.postgres)
    if data != home.postgres and not home.postgres.is_symlink():
        home.postgres.symlink_to(data)
    return postgres.Cluster(
        data=data,
        port=home.facts["database"]["port"],
        password=home.facts["database"]["password"],
        log=home.logs / "database.log",
        programs=postgres.Programs(disguise.programs(programs.folder), programs.major),
        disguise=disguise,
        settings=settings,
    )

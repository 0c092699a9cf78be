"""The plan of the house, held against the house."""

import ast
import sys
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, OneToOneField

from cxloop.kernel.environment import DECLARED

ROOT = Path(__file__).resolve().parent.parent

# Lowest first; rooms of one floor know nothing of each other.
FLOORS = [
    {"cxloop.kernel"},
    {"accounts"},
    {"feedback.intake"},
    {"feedback.web", "feedback.app", "feedback.email"},
    {"tickets.rules", "tickets.sla"},
    {"tickets.work"},
    {"tickets.escalation"},
    {"tickets.recovery"},
    {"tickets.problems", "tickets.kudos"},
    {"insights"},
    {"desk"},
]
ROOMS = [room for floor in FLOORS for room in sorted(floor)]

WIRING = {
    "__init__",
    "apps",
    "asgi",
    "aside",
    "bench",
    "celery",
    "demo",
    "disclosing",
    "forgetting",
    "health",
    "hearing",
    "live",
    "loop",
    "move",
    "replay",
    "settings",
    "tasks",
    "urls",
    "verify",
    "web_worker",
    "wsgi",
    "kernel",
    "management",
    "up",
}


def floor_of(room: str) -> int:
    return next(number for number, floor in enumerate(FLOORS) if room in floor)


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_has_its_charter(room: str) -> None:
    charter = import_module(room).__doc__ or ""
    lines = [line for line in charter.splitlines() if line.strip()]
    assert [line.split(":")[0] for line in lines[1:] if ":" in line[:9]] == [
        "Owns",
        "Knows",
        "Ignores",
        "Wakes",
    ]


def test_cxloop_holds_only_what_is_on_the_list() -> None:
    found = {path.stem for path in (ROOT / "cxloop").iterdir() if path.name != "__pycache__"}
    assert found == WIRING


def foreign_keys() -> list[tuple[str, str, str]]:
    return [
        (model._meta.app_config.name, field.remote_field.model._meta.app_config.name, str(field))
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey | OneToOneField | ManyToManyField)
        and model._meta.app_config.name in ROOMS
        and field.remote_field.model._meta.app_config.name in ROOMS
    ]


def test_rows_point_upstream_only() -> None:
    assert len(foreign_keys()) > 40
    for owner, target, field in foreign_keys():
        same_room = owner == target
        assert same_room or floor_of(target) < floor_of(owner), field


def test_nothing_is_scheduled_for_a_deadline() -> None:
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                named = {keyword.arg for keyword in node.keywords}
                assert not named & {"eta", "countdown"}, f"{path}:{node.lineno}"


def test_only_the_edge_asks_the_time() -> None:
    """`moment` is for views, sweeps, commands and the door; actions are told."""
    allowed = {"datetime.now", "timezone.now", "time.time", "datetime.utcnow", "date.today"}
    for path in sources():
        if path.is_relative_to(ROOT / "cxloop" / "up"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func) not in allowed, f"{path}:{node.lineno}"


def test_the_readme_lists_every_setting() -> None:
    readme = (ROOT / "README.md").read_text()
    for setting in DECLARED:
        row = f"| `{setting.name}` | {f'`{setting.default}`' if setting.default else ''} |"
        assert row in readme, f"{row} {setting.meaning} |"


def test_the_clients_know_nothing_of_the_house() -> None:
    """They go into the apps of others, under another licence."""
    knows = sys.stdlib_module_names | {"cxloop_client", "httpx2"}
    for path in (ROOT / "clients" / "python").rglob("*.py"):
        assert imports_of(path) <= knows, path
    assert not any("cxloop_client" in imports_of(path) for path in sources())


def imports_of(path: Path) -> set[str]:
    """The top names of what a module imports."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    plain = [name.name for node in nodes if isinstance(node, ast.Import) for name in node.names]
    named = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.partition(".")[0] for name in plain + named}


def sources() -> list[Path]:
    wings = ["cxloop", "accounts", "feedback", "tickets", "insights", "desk"]
    return [path for wing in wings for path in (ROOT / wing).rglob("*.py")]

"""Whether this process lives, and whether the whole machine keeps its hours."""

from typing import Any

from celery import current_app
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from cxloop.kernel.moment import moment
from cxloop.loop import late_roles, late_sweeps


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """503 when this process cannot commit; with ?strict=1 also when a sweep is late or the broker
    is dead, which loses nothing but makes things late."""
    checks = {"database": _database()}
    can_commit = checks["database"] == "ok"
    if can_commit:
        checks["sweeps"] = _sweeps()
    checks["broker"] = _broker()
    degraded = any(found != "ok" for found in checks.values())
    strict = request.GET.get("strict") == "1"
    status = 503 if not can_commit or (strict and degraded) else 200
    return JsonResponse(_body(checks, degraded), status=status)


def _body(checks: dict[str, str], degraded: bool) -> dict[str, Any]:
    return {"status": "degraded" if degraded else "ok", "checks": checks}


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool"
            )
            row = cursor.fetchone()
        if row and row[0]:
            return "read-only"
        return "migrations are missing" if _missing_migrations() else "ok"
    except DatabaseError as error:
        return f"away: {type(error).__name__}"


_in_step = False


def _missing_migrations() -> bool:
    """Looked up until they are in step once; a process never sees its own code change."""
    global _in_step
    if not _in_step:
        executor = MigrationExecutor(connection)
        _in_step = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return not _in_step


def _sweeps() -> str:
    now = moment()
    late = [*late_sweeps(now), *late_roles(now)]
    return f"late: {', '.join(late)}" if late else "ok"


def _broker() -> str:
    try:
        with current_app.connection_for_write(connect_timeout=0.5) as broker:
            broker.ensure_connection(max_retries=1, timeout=1)
    except Exception as error:
        return f"away: {type(error).__name__}"
    return "ok"

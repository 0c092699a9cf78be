"""Many counts in one look at the database, none of them further than anybody reads."""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import QuerySet

MOST = 1000


def count_up_to(rows: Mapping[str, QuerySet[Any]], most: int = MOST) -> dict[str, int]:
    """How many rows each has; `most` means that many or more."""
    parts: list[str] = []
    values: list[Any] = []
    for found in rows.values():
        query = found.order_by().values("pk")[:most].query
        sql, given = query.get_compiler(found.db, elide_empty=False).as_sql()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")
        values += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        row = cursor.fetchone()
    return dict(zip(rows, row or (), strict=True))

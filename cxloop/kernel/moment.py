"""The only place that asks what time it is: the database's clock, since many hosts share it."""

from datetime import datetime

from django.db import connection
from django.db.models import DateTimeField, Func

# The same beside rows that are read anyway, for a page that is looked at all day.
MOMENT = Func(function="clock_timestamp", output_field=DateTimeField())


def moment() -> datetime:
    """Now, by PostgreSQL, in UTC. Asked once an act, after its locks; passed down from there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    assert isinstance(now, datetime)
    return now

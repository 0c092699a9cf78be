"""`among`: one of many values, as one array and not as so many parameters. Django writes each value
of an `in` into the statement, which for five hundred takes longer than finding the rows. Whole
numbers are written by hand: psycopg takes them one at a time."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Field, ForeignObject, Lookup


@Field.register_lookup
@ForeignObject.register_lookup
class Among(Lookup):
    lookup_name = "among"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, Any]:
        field = getattr(self.lhs.output_field, "target_field", self.lhs.output_field)
        values = [field.get_db_prep_value(one, connection) for one in value]
        if all(type(one) is int for one in values):
            return f"%s::{field.db_type(connection)}[]", [f"{{{','.join(map(str, values))}}}"]
        return "%s", [values]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        if not self.rhs:
            raise EmptyResultSet
        left, given = self.process_lhs(compiler, connection)
        right, values = self.process_rhs(compiler, connection)
        return f"{left} = ANY ({right})", [*given, *values]

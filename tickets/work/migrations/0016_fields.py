import django.contrib.postgres.fields
import django.db.models.constraints
import django.db.models.deletion
from django.db import migrations, models

# A value is of its field's kind, which a check cannot see: it stands in another table.
KIND_OF_ITS_FIELD = """
ALTER TABLE work_ticketfield ADD CONSTRAINT field_and_its_kind UNIQUE (id, kind);
ALTER TABLE work_fieldvalue ADD CONSTRAINT value_of_the_kind_of_its_field
    FOREIGN KEY (field_id, kind) REFERENCES work_ticketfield (id, kind);
"""
NOT_ITS_FIELD = """
ALTER TABLE work_fieldvalue DROP CONSTRAINT value_of_the_kind_of_its_field;
ALTER TABLE work_ticketfield DROP CONSTRAINT field_and_its_kind;
"""
# Rules, views and programs of others name a field by its slug and count on its kind.
FOR_GOOD = """
CREATE FUNCTION work_ticketfield_is_for_good() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'slug and kind of a field are for good'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER work_ticketfield_is_for_good BEFORE UPDATE ON work_ticketfield
    FOR EACH ROW WHEN (OLD.slug <> NEW.slug OR OLD.kind <> NEW.kind)
    EXECUTE FUNCTION work_ticketfield_is_for_good();
"""
NOT_FOR_GOOD = """
DROP TRIGGER work_ticketfield_is_for_good ON work_ticketfield;
DROP FUNCTION work_ticketfield_is_for_good();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("work", "0015_news_of_handovers"),
    ]

    operations = [
        migrations.CreateModel(
            name="TicketField",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=40, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "text"),
                            ("number", "number"),
                            ("date", "date"),
                            ("choice", "choice"),
                        ],
                        max_length=10,
                    ),
                ),
                ("label_en", models.CharField(blank=True, default="", max_length=60)),
                ("label_ko", models.CharField(blank=True, default="", max_length=60)),
                (
                    "choices",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("path", models.CharField(blank=True, default="", max_length=190)),
                ("in_queue", models.BooleanField(default=False, help_text="a column of the queue")),
                ("place", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("text", "number", "date", "choice"))),
                        name="known_kind_of_field",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("label_en", ""), ("label_ko", ""), _negated=True),
                        name="field_has_a_label",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("archived_at", None),
                                ("place__gte", 1),
                                ("place__isnull", False),
                                ("place__lte", 20),
                            ),
                            models.Q(("archived_at__isnull", False), ("place", None)),
                            _connector="OR",
                        ),
                        name="field_in_use_has_a_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("choices__len__gte", 1), ("kind", "choice")),
                            models.Q(models.Q(("kind", "choice"), _negated=True), ("choices", [])),
                            _connector="OR",
                        ),
                        name="choice_alone_has_choices",
                    ),
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("place",),
                        name="one_field_a_place",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FieldValue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("text", models.CharField(max_length=200, null=True)),
                ("folded", models.TextField(db_collation="C", null=True)),
                ("number", models.DecimalField(decimal_places=6, max_digits=20, null=True)),
                ("day", models.DateField(null=True)),
                ("set_at", models.DateTimeField()),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="field_values",
                        to="work.ticket",
                    ),
                ),
                (
                    "field",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="values",
                        to="work.ticketfield",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("folded__isnull", False)),
                        fields=["field", "folded", "ticket"],
                        name="field_text",
                    ),
                    models.Index(
                        condition=models.Q(("number__isnull", False)),
                        fields=["field", "number", "ticket"],
                        name="field_number",
                    ),
                    models.Index(
                        condition=models.Q(("day__isnull", False)),
                        fields=["field", "day", "ticket"],
                        name="field_day",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("ticket", "field"), name="one_value_a_field"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("day", None),
                                ("folded__isnull", False),
                                ("kind__in", ("text", "choice")),
                                ("number", None),
                                ("text__isnull", False),
                            ),
                            models.Q(
                                ("day", None),
                                ("folded", None),
                                ("kind", "number"),
                                ("number__isnull", False),
                                ("text", None),
                            ),
                            models.Q(
                                ("day__isnull", False),
                                ("folded", None),
                                ("kind", "date"),
                                ("number", None),
                                ("text", None),
                            ),
                            _connector="OR",
                        ),
                        name="value_is_of_its_kind",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KIND_OF_ITS_FIELD, NOT_ITS_FIELD),
        migrations.RunSQL(FOR_GOOD, NOT_FOR_GOOD),
    ]

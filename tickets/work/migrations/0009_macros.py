import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_stand_in"),
        ("work", "0008_news"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Macro",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "says",
                    models.CharField(
                        blank=True,
                        choices=[("", "Nothing"), ("reply", "Reply"), ("note", "Note")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("body_en", models.TextField(blank=True, default="")),
                ("body_ko", models.TextField(blank=True, default="")),
                (
                    "add_tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "remove_tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[(1, "Low"), (2, "Normal"), (3, "High"), (4, "Urgent")],
                        null=True,
                    ),
                ),
                (
                    "assign_me",
                    models.BooleanField(default=False, help_text="to whoever uses it"),
                ),
                ("wait_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("used", models.PositiveIntegerField(default=0, help_text="how often")),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.accessgroup",
                    ),
                ),
                (
                    "hand_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.accessgroup",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("archived_at", None)),
                        fields=["-used", "-id"],
                        name="macro_by_use",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("owner", None), ("group", None), _connector="OR"),
                        name="macro_is_for_one_or_many",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("body_en", ""), ("body_ko", ""), ("says", "")),
                            models.Q(
                                ("says__in", ["reply", "note"]),
                                models.Q(
                                    models.Q(("body_en", ""), _negated=True),
                                    models.Q(("body_ko", ""), _negated=True),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="macro_that_says_has_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("says", ""), _negated=True),
                            models.Q(("add_tags", []), _negated=True),
                            models.Q(("remove_tags", []), _negated=True),
                            ("priority__isnull", False),
                            ("assign_me", True),
                            ("wait_days__isnull", False),
                            ("hand_to__isnull", False),
                            _connector="OR",
                        ),
                        name="macro_does_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("wait_days", None),
                            models.Q(("wait_days__gte", 1), ("wait_days__lte", 365)),
                            _connector="OR",
                        ),
                        name="macro_waits_a_year_at_most",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("priority", None),
                            models.Q(("priority__gte", 1), ("priority__lte", 4)),
                            _connector="OR",
                        ),
                        name="macro_has_known_priority",
                    ),
                ],
            },
        ),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cxloop.kernel.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_stand_in"),
        ("work", "0012_acts_on_many"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LetterTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("language", models.CharField(max_length=5)),
                (
                    "version",
                    models.PositiveIntegerField(help_text="from 1; version 0 is built in"),
                ),
                ("subject", models.CharField(blank=True, default="", max_length=200)),
                ("body", models.TextField(blank=True, default="")),
                ("written_at", models.DateTimeField()),
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "language", "group", "version"),
                        name="one_letter_template_version",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "acknowledgement",
                                    "reminder",
                                    "closing",
                                    "question",
                                    "final_position",
                                    "signature",
                                ],
                            ),
                            ("language__in", ("en", "ko")),
                            ("version__gte", 1),
                        ),
                        name="known_letter_template",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("group__isnull", False), ("kind", "signature")),
                            models.Q(
                                ("group", None),
                                (
                                    "kind__in",
                                    [
                                        "acknowledgement",
                                        "reminder",
                                        "closing",
                                        "question",
                                        "final_position",
                                    ],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="signature_alone_has_a_group",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("subject", ""), models.Q(("body", ""), _negated=True), _connector="OR"
                        ),
                        name="no_subject_without_words",
                    ),
                ],
            },
        ),
        append_only("work_lettertemplate"),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_accept_within"),
        ("work", "0013_letter_templates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Handover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("try_after", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.TextField(blank=True, db_default="", default="")),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("wrong_group", "Wrong Group"),
                            ("expertise", "Expertise"),
                            ("permission", "Permission"),
                            ("customer_wish", "Customer Wish"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "summary",
                    models.TextField(blank=True, default="", help_text="for colleagues only"),
                ),
                ("at", models.DateTimeField()),
                ("accept_by", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("returned_at", models.DateTimeField(blank=True, null=True)),
                ("returned_why", models.CharField(blank=True, default="", max_length=300)),
                ("over_at", models.DateTimeField(blank=True, null=True)),
                (
                    "told_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="when the receiving group's lead heard that nobody took it",
                        null=True,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="ticketshare",
            name="right",
            field=models.CharField(
                choices=[("read", "Read"), ("note", "Note")],
                db_default="read",
                default="read",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="ticketshare",
            constraint=models.CheckConstraint(
                condition=models.Q(("right__in", ["read", "note"])), name="known_share_right"
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="accepted_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="from_group",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.accessgroup",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="owner",
            field=models.ForeignKey(
                db_index=False,
                help_text="who owned it then, and gets it back",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="returned_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="ticket",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="handovers",
                to="work.ticket",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="to_group",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.accessgroup",
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(
                condition=models.Q(
                    ("accepted_at", None),
                    ("over_at", None),
                    ("returned_at", None),
                    ("told_at", None),
                ),
                fields=["accept_by", "id"],
                name="handover_to_tell",
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(
                condition=models.Q(("accepted_at", None), ("over_at", None), ("returned_at", None)),
                fields=["to_group"],
                name="handover_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.UniqueConstraint(
                fields=("ticket", "number"), name="handovers_are_counted"
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("accepted_at", None), ("over_at", None), ("returned_at", None)),
                fields=("ticket",),
                name="one_handover_waits_a_ticket",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted_at", None), ("returned_at", None)),
                    models.Q(("accepted_at", None), ("over_at", None)),
                    models.Q(("over_at", None), ("returned_at", None)),
                    _connector="OR",
                ),
                name="handover_ends_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted_at", None), ("accepted_by", None)),
                    models.Q(("accepted_at__isnull", False), ("accepted_by__isnull", False)),
                    _connector="OR",
                ),
                name="who_accepts_is_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("returned_at", None), ("returned_by", None), ("returned_why", "")),
                    models.Q(
                        ("returned_at__isnull", False),
                        ("returned_by__isnull", False),
                        models.Q(("returned_why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="who_sends_back_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_group", models.F("to_group")), _negated=True),
                name="handed_to_another_group",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("accept_by__gt", models.F("at"))),
                name="there_is_time_to_accept",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("told_at", None), ("told_at__gte", models.F("accept_by")), _connector="OR"
                ),
                name="told_when_it_is_late",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reason__in",
                        ["wrong_group", "expertise", "permission", "customer_wish", "other"],
                    )
                ),
                name="known_handover_reason",
            ),
        ),
    ]

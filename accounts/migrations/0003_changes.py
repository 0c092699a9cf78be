import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cxloop.kernel.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_stand_in")]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("group", "Group"),
                            ("person", "Person"),
                            ("invitation", "Invitation"),
                            ("source", "Source"),
                        ],
                        max_length=10,
                    ),
                ),
                ("key", models.CharField(max_length=60)),
                ("act", models.CharField(max_length=20)),
                ("facts", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        help_text="null: a command on the machine",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["about", "key", "at", "id"], name="change_of_one")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("about__in", ["group", "person", "invitation", "source"])
                        ),
                        name="known_change",
                    )
                ],
            },
        ),
        append_only("accounts_change"),
    ]

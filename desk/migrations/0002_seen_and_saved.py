import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("desk", "0001_initial"),
        ("work", "0008_news"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(max_length=2000)),
                (
                    "audience",
                    models.CharField(
                        choices=[("mine", "Mine"), ("group", "Group"), ("everyone", "Everyone")],
                        default="mine",
                        max_length=10,
                    ),
                ),
                ("saved_at", models.DateTimeField()),
                (
                    "group",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.accessgroup",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("audience", "everyone")),
                        fields=["audience"],
                        name="view_of_everyone",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "name"), name="one_view_a_name"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("audience", "group"), ("group__isnull", False)),
                            models.Q(("audience__in", ["mine", "everyone"]), ("group", None)),
                            _connector="OR",
                        ),
                        name="view_of_a_group_names_it",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("query", ""), _negated=True),
                        ),
                        name="view_says_which",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketSeen",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seen_to", models.BigIntegerField()),
                ("seen_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="work.ticket",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "ticket"), name="one_reading_a_person"
                    )
                ],
            },
        ),
    ]

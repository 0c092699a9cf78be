import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

DRAFTED = ["reply", "note", "log-contact", "resolve", "final-position"]


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0002_seen_and_saved"),
        ("work", "0008_news"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("verb", models.CharField(max_length=20)),
                ("text", models.TextField()),
                ("saved_at", models.DateTimeField()),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="work.ticket",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["saved_at"], name="draft_oldest")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ticket", "user", "verb"), name="one_draft_a_verb"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("verb__in", tuple(DRAFTED))), name="drafted_verb"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="draft_has_words"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("verb", models.CharField(blank=True, default="", max_length=20)),
                ("seen_at", models.DateTimeField()),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="work.ticket",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["seen_at"], name="presence_oldest")],
                "constraints": [
                    models.UniqueConstraint(fields=("ticket", "user"), name="present_once"),
                    models.CheckConstraint(
                        condition=models.Q(("verb__in", ["", *DRAFTED])), name="typed_verb"
                    ),
                ],
            },
        ),
    ]

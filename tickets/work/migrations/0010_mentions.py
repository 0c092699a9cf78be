import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

EVENTS = ["given", "customer", "colleague", "moved", "failed", "mention"]


class Migration(migrations.Migration):
    dependencies = [
        ("work", "0009_macros"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Mention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mentions",
                        to="work.timelineentry",
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
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "user"), name="mentioned_once")
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="news", name="known_event"),
        migrations.AddConstraint(
            model_name="news",
            constraint=models.CheckConstraint(
                condition=models.Q(("event__in", EVENTS)), name="known_event"
            ),
        ),
        migrations.RemoveConstraint(model_name="newschoice", name="known_choice"),
        migrations.AddConstraint(
            model_name="newschoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("event__in", EVENTS), ("way__in", ["desk", "letter", "digest", "off"])
                ),
                name="known_choice",
            ),
        ),
    ]

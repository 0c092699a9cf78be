import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_stand_in"),
        ("escalation", "0006_acknowledging_pauses"),
        ("kernel", "0002_letters_called_back"),
        ("sla", "0004_clock_by_receipt"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WorkingHours",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.RemoveIndex(
            model_name="notice",
            name="notice_untold",
        ),
        migrations.AddField(
            model_name="notice",
            name="tell_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                help_text="not before: they may be asleep",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("dropped", ""), ("letter__isnull", True)),
                fields=["tell_at", "user", "id"],
                name="notice_untold",
            ),
        ),
        migrations.AddField(
            model_name="workinghours",
            name="calendar",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sla.calendar"
            ),
        ),
    ]

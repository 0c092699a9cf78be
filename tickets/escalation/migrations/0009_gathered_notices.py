from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0008_conditions"),
        ("kernel", "0002_letters_called_back"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="gathered",
            field=models.BooleanField(
                default=False, help_text="they hear so much just now that this waits for one letter"
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="told_at",
            field=models.DateTimeField(
                blank=True, help_text="when its letter was written", null=True
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("told_at__isnull", False)),
                fields=["told_at"],
                name="notice_told",
            ),
        ),
    ]

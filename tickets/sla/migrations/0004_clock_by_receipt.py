from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sla", "0003_breach_stays")]

    operations = [
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(fields=["kind", "started_at"], name="clock_by_receipt"),
        )
    ]

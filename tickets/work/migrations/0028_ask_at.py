from django.db import migrations, models
from django.db.models import F


def from_since(apps, schema_editor):
    apps.get_model("work", "Unasked").objects.update(ask_at=F("since"))


class Migration(migrations.Migration):
    dependencies = [("work", "0027_failed_again")]

    operations = [
        migrations.AddField(
            model_name="unasked", name="ask_at", field=models.DateTimeField(null=True)
        ),
        migrations.RunPython(from_since, migrations.RunPython.noop),
        migrations.AlterField(model_name="unasked", name="ask_at", field=models.DateTimeField()),
        migrations.RemoveIndex(model_name="unasked", name="unasked_oldest"),
        migrations.AddIndex(
            model_name="unasked", index=models.Index(fields=["ask_at"], name="unasked_oldest")
        ),
    ]

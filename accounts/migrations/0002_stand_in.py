import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="stand_in",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="who hears and takes over in their place while they are away",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("stand_in", models.F("pk")), _negated=True),
                name="nobody_stands_in_for_themselves",
            ),
        ),
    ]

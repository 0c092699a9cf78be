from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="accessgroup",
            name="accept_within_s",
            field=models.PositiveIntegerField(
                db_default=14400,
                default=14400,
                help_text="real time in which somebody accepts what is handed over to it",
            ),
        ),
        migrations.AddConstraint(
            model_name="accessgroup",
            constraint=models.CheckConstraint(
                condition=models.Q(("accept_within_s__gte", 60), ("accept_within_s__lte", 2592000)),
                name="there_is_time_to_accept_within",
            ),
        ),
    ]

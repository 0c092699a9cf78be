from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_accept_within"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="change",
            name="known_change",
        ),
        migrations.AlterField(
            model_name="change",
            name="about",
            field=models.CharField(
                choices=[
                    ("group", "Group"),
                    ("person", "Person"),
                    ("invitation", "Invitation"),
                    ("source", "Source"),
                    ("field", "Field"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("about__in", ["group", "person", "invitation", "source", "field"])
                ),
                name="known_change",
            ),
        ),
    ]

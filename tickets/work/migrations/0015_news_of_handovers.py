from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("work", "0014_handed_over_and_shared")]

    operations = [
        migrations.RemoveConstraint(
            model_name="news",
            name="known_event",
        ),
        migrations.RemoveConstraint(
            model_name="newschoice",
            name="known_choice",
        ),
        migrations.AddConstraint(
            model_name="news",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "event__in",
                        ["given", "customer", "colleague", "moved", "failed", "mention", "handed"],
                    )
                ),
                name="known_event",
            ),
        ),
        migrations.AddConstraint(
            model_name="newschoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "event__in",
                        ["given", "customer", "colleague", "moved", "failed", "mention", "handed"],
                    ),
                    ("way__in", ["desk", "letter", "digest", "off"]),
                ),
                name="known_choice",
            ),
        ),
    ]

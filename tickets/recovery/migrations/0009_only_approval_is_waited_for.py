from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("recovery", "0008_four_items"),
        ("work", "0030_letters_about_gestures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="gesture",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("needs_approval", True),
                    models.Q(("state__in", ["waiting", "rejected"]), _negated=True),
                    _connector="OR",
                ),
                name="only_approval_is_waited_for",
            ),
        ),
    ]

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0004_addresses"),
        ("kernel", "0002_letters_called_back"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="notice",
            name="notice_untold",
        ),
        migrations.AddField(
            model_name="notice",
            name="again",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="how many letters that said it were called back"
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="dropped",
            field=models.CharField(
                blank=True,
                choices=[
                    ("met", "the promise was kept, or made good, before the letter left"),
                    ("void", "the promise was void before the letter left"),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("dropped", ""), ("letter__isnull", True)),
                fields=["user", "id"],
                name="notice_untold",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(("dropped__in", ["", "met", "void"])),
                name="known_reason_to_drop",
            ),
        ),
    ]

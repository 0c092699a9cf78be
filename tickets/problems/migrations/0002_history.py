from django.db import migrations

from cxloop.kernel.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("problems", "0001_initial")]

    operations = [
        append_only("problems_problementry"),
    ]

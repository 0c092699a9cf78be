from django.db import migrations

from cxloop.kernel.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("rules", "0001_initial")]

    operations = [
        append_only("rules_ruleversion"),
    ]

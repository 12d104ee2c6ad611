from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("funding", "0003_terms")]

    operations = [migrations.RemoveField("fundingfile", "granted_for")]

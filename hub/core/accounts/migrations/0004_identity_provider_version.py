from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_identity_provider")]

    operations = [migrations.AddField("identityprovider", "version", models.PositiveIntegerField(default=1, editable=False))]

import django.core.serializers.json
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("funding", "0004_terms_hold_the_days")]

    operations = [
        migrations.AddField(
            "fundingfile",
            "past",
            models.JSONField(
                "avant ses derniers états",
                blank=True,
                default=list,
                editable=False,
                encoder=django.core.serializers.json.DjangoJSONEncoder,
            ),
        ),
    ]

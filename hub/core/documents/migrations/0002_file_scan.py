from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="privatefile",
            name="scan",
            field=models.CharField(
                choices=[
                    ("clear", "rien contre"),
                    ("waiting", "en attente de l’analyse antivirus"),
                    ("infected", "retiré, l’antivirus y a trouvé un virus"),
                ],
                default="clear",
                editable=False,
                max_length=8,
                verbose_name="antivirus",
            ),
        ),
        migrations.AddIndex(
            model_name="privatefile",
            index=models.Index(condition=models.Q(("scan", "waiting")), fields=["scan"], name="private_file_waiting"),
        ),
    ]

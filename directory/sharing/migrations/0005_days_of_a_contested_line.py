from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sharing', '0004_amendment'),
    ]

    operations = [
        migrations.AddField(
            model_name='statementline',
            name='days',
            field=models.JSONField(blank=True, default=list, verbose_name='jours envoyés'),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('privacy', '0001_erasures'),
    ]

    operations = [
        migrations.AddField(
            model_name='erasure',
            name='departed',
            field=models.BooleanField(default=False, verbose_name='partie de sa dernière organisation'),
        ),
    ]

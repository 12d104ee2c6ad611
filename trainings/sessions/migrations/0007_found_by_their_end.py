
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_siren_taken_in_words'),
        ('catalogue', '0001_initial'),
        ('training_sessions', '0006_programme_published_on'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='trainingsession',
            index=models.Index(fields=['status', 'ends_on'], name='training_se_status_5b283e_idx'),
        ),
        migrations.AddIndex(
            model_name='trainingsession',
            index=models.Index(fields=['ends_on'], name='training_se_ends_on_55b0fe_idx'),
        ),
        migrations.AddIndex(
            model_name='trainingsession',
            index=models.Index(fields=['created_at'], name='training_se_created_aebc97_idx'),
        ),
    ]

"""Indexes by which the sessions that are not over, and those opened since a day, are found among those of ten years."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("training_sessions", "0006_programme_published_on")]

    operations = [
        migrations.AddIndex("trainingsession", models.Index(fields=["status", "ends_on"], name="training_se_status_5b283e_idx")),
        migrations.AddIndex("trainingsession", models.Index(fields=["ends_on"], name="training_se_ends_on_55b0fe_idx")),
        migrations.AddIndex("trainingsession", models.Index(fields=["created_at"], name="training_se_created_aebc97_idx")),
    ]

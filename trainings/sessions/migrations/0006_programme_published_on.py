"""The day on which the version of a session was released, for the sessions that there are: read from the trail that Wagtail keeps of releases."""

from django.db import migrations, models
from django.utils import timezone


def read_release_days(apps, schema_editor):
    sessions, entries = apps.get_model("training_sessions", "TrainingSession"), apps.get_model("wagtailcore", "PageLogEntry")
    for session in sessions.unscoped.select_related("course").iterator():
        releases = entries.objects.filter(action="wagtail.publish", revision=session.programme_revision_id).order_by("timestamp")
        found = releases.values_list("timestamp", flat=True).first() if session.programme_revision_id else None
        if found is None and session.course.version == session.programme_version:
            found = session.course.last_published_at
        if found is not None:
            sessions.unscoped.filter(pk=session.pk).update(programme_published_on=timezone.localdate(found))


class Migration(migrations.Migration):
    dependencies = [
        ("training_sessions", "0005_version"),
        ("catalogue", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="trainingsession",
            name="programme_published_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="version du programme publiée le"),
        ),
        migrations.RunPython(read_release_days, migrations.RunPython.noop),
    ]

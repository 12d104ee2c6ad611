"""When a session was first opened, for those that there are: of a cancelled one, as the audit trail has it, or else as its registrations show."""

from django.db import migrations, models
from django.db.models import F


def read_openings(apps, schema_editor):
    sessions, lines = apps.get_model("training_sessions", "TrainingSession"), apps.get_model("audit", "AuditEntry")
    registrations = apps.get_model("training_sessions", "Registration")
    sessions.unscoped.filter(status__in=["open", "closed"]).update(opened_at=F("created_at"))
    for session in sessions.unscoped.filter(status="cancelled").iterator():
        opened = lines.objects.filter(action="trainings.session.open", object_id=str(session.pk)).exists()
        if opened or registrations.unscoped.filter(session=session).exists():
            sessions.unscoped.filter(pk=session.pk).update(opened_at=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("training_sessions", "0007_found_by_their_end"),
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="trainingsession",
            name="opened_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="ouverte la première fois le"),
        ),
        migrations.RunPython(read_openings, migrations.RunPython.noop),
    ]

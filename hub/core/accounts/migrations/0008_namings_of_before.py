"""Who is named now was never dated: the hub takes her as named from the first day of the text, which is what it did until now."""

from django.db import migrations
from django.utils import timezone


def date_them(apps, schema_editor):
    Agreement, Naming = apps.get_model("accounts", "Agreement"), apps.get_model("accounts", "Naming")
    for agreement in Agreement._base_manager.using(schema_editor.connection.alias).iterator(chunk_size=200):
        day = timezone.localtime(agreement.starts_at).date()
        for person in agreement.people.all():
            Naming._base_manager.using(schema_editor.connection.alias).create(agreement=agreement, person=person, from_on=day)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_naming'),
    ]

    operations = [
        migrations.RunPython(date_them, migrations.RunPython.noop),
    ]

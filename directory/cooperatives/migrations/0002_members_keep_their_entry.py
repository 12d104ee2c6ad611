from django.db import migrations


def give_them(apps, schema_editor):
    """Cooperatives of the public list that were written down as members of the federation before their entry followed."""
    affiliations = apps.get_model('accounts', 'Affiliation').objects.filter(network__is_federation=True)
    entries = apps.get_model('cooperatives', 'DirectoryEntry')._base_manager
    entries.filter(is_public_list=True, organisation__in=affiliations.values('organisation')).update(is_public_list=False)


class Migration(migrations.Migration):

    dependencies = [
        ('cooperatives', '0001_initial'),
        ('accounts', '0011_siren_taken_in_words'),
    ]

    operations = [
        migrations.RunPython(give_them, migrations.RunPython.noop),
    ]

import django.core.validators
import django.db.models.deletion
import django.db.models.manager
import hub.core.kit.identifiers
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('vocabularies', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DirectoryEntry',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('is_published', models.BooleanField(default=True, verbose_name='fiche publiée')),
                ('website', models.URLField(blank=True, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='site')),
                ('building_trade', models.BooleanField(blank=True, null=True, verbose_name='bâtiment')),
                ('presentation', models.TextField(blank=True, max_length=2000, verbose_name='présentation')),
                ('city', models.CharField(blank=True, max_length=80, verbose_name='ville')),
                ('is_public_list', models.BooleanField(default=False, verbose_name='vient de la liste publique')),
                ('list_key', models.CharField(editable=False, max_length=120, null=True, unique=True)),
                ('source', models.TextField(blank=True, verbose_name='source')),
                ('source_on', models.DateField(blank=True, null=True, verbose_name='date de la source')),
                ('sort_key', models.CharField(db_index=True, editable=False, max_length=170)),
                ('words_key', models.TextField(editable=False)),
                ('commune', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vocabularies.commune', verbose_name='commune')),
                ('departments', models.ManyToManyField(blank=True, related_name='entries', to='vocabularies.department', verbose_name='départements')),
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='entry', to='accounts.organisation')),
                ('trades', models.ManyToManyField(blank=True, related_name='+', to='vocabularies.trade', verbose_name='métiers')),
            ],
            options={
                'verbose_name': 'fiche de coopérative',
                'verbose_name_plural': 'fiches de coopératives',
                'ordering': ['sort_key', 'id'],
                'base_manager_name': 'unscoped',
                'default_manager_name': 'unscoped',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', models.F('organisation'))), name='entry_bears_the_id_of_its_organisation'), models.CheckConstraint(condition=models.Q(('is_public_list', False), models.Q(('list_key__isnull', False), ('source_on__isnull', False), models.Q(('source', ''), _negated=True)), _connector='OR'), name='public_list_entry_names_its_source')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='ListedNetwork',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('name', models.CharField(max_length=120, verbose_name='réseau')),
                ('slug', models.SlugField(max_length=130)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='listed_networks', to='cooperatives.directoryentry')),
            ],
            options={
                'verbose_name': 'réseau d’après la liste publique',
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('entry', 'slug'), name='network_listed_once_per_entry')],
            },
        ),
    ]

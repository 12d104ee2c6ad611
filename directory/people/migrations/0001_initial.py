import directory.people.models.needs
import django.db.models.deletion
import django.db.models.manager
import hub.core.kit.identifiers
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
        ('vocabularies', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ConsentLine',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('person_id', models.UUIDField(verbose_name='personne')),
                ('field', models.CharField(max_length=40, verbose_name='donnée')),
                ('was', models.CharField(max_length=20, verbose_name='avant')),
                ('now', models.CharField(max_length=20, verbose_name='après')),
                ('text_version', models.CharField(max_length=20, verbose_name='version du texte')),
            ],
            options={
                'verbose_name': 'choix d’audience',
                'verbose_name_plural': 'choix d’audience',
                'ordering': ['created_at', 'id'],
                'base_manager_name': 'unscoped',
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['person_id', 'field'], name='consents_of_person')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='FacetCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(max_length=50)),
                ('kind', models.CharField(choices=[('total', 'Total'), ('trade', 'Trade'), ('skill', 'Skill'), ('department', 'Department'), ('organisation', 'Organisation')], max_length=20)),
                ('value', models.CharField(blank=True, max_length=80)),
                ('label', models.CharField(max_length=300)),
                ('people_count', models.IntegerField(default=0)),
            ],
            options={
                'verbose_name': 'décompte de l’annuaire',
                'verbose_name_plural': 'décomptes de l’annuaire',
                'base_manager_name': 'unscoped',
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['scope', 'kind', '-people_count', 'value'], name='most_frequent_values')],
                'constraints': [models.UniqueConstraint(fields=('scope', 'kind', 'value'), name='a_value_counted_once'), models.CheckConstraint(condition=models.Q(('people_count__gte', 0)), name='no_negative_count')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Profile',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('kind', models.CharField(choices=[('entrepreneur', 'entrepreneur·e'), ('staff', 'équipe d’appui')], default='entrepreneur', max_length=20, verbose_name='qualité')),
                ('left_on', models.DateField(blank=True, null=True, verbose_name='sortie le')),
                ('trade_name', models.CharField(blank=True, max_length=120, verbose_name='enseigne')),
                ('presentation', models.TextField(blank=True, max_length=2000, verbose_name='présentation')),
                ('achievements', models.TextField(blank=True, max_length=2000, verbose_name='réalisations')),
                ('web_site', models.URLField(blank=True, verbose_name='site')),
                ('languages', models.CharField(blank=True, max_length=160, verbose_name='langues')),
                ('photo_id', models.UUIDField(blank=True, null=True, verbose_name='photo')),
                ('radius_km', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='rayon d’intervention, en km')),
                ('decennale_ends_on', models.DateField(blank=True, null=True, verbose_name='décennale valable jusqu’au')),
                ('insurance_certificate_id', models.UUIDField(blank=True, null=True, verbose_name='attestation d’assurance')),
                ('availability', models.JSONField(blank=True, default=dict, verbose_name='disponibilités par mois')),
                ('day_rate_cents', models.PositiveIntegerField(blank=True, null=True, verbose_name='tarif journalier indicatif, en centimes hors taxes')),
                ('stand_in', models.CharField(blank=True, max_length=160, verbose_name='personne qui la remplace')),
                ('absent_from', models.DateField(blank=True, null=True, verbose_name='absente ou absent du')),
                ('absent_until', models.DateField(blank=True, null=True, verbose_name='au')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='téléphone')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='adresse électronique de contact')),
                ('postal_address', models.CharField(blank=True, max_length=240, verbose_name='adresse postale')),
                ('contract_status', models.CharField(blank=True, choices=[('cape', 'contrat d’appui (CAPE)'), ('cesa', 'entrepreneur·e salarié·e (CESA)'), ('esa', 'entrepreneur·e salarié·e associé·e'), ('employee', 'salarié·e de la CAE')], max_length=20, verbose_name='contrat')),
                ('contract_starts_on', models.DateField(blank=True, null=True, verbose_name='depuis le')),
                ('contract_ends_on', models.DateField(blank=True, null=True, verbose_name='jusqu’au')),
                ('trainings_followed', models.TextField(blank=True, max_length=2000, verbose_name='formations suivies')),
                ('audiences', models.JSONField(blank=True, default=dict, editable=False)),
                ('sort_name', models.CharField(editable=False, max_length=170)),
                ('level', models.PositiveSmallIntegerField(default=1, editable=False)),
                ('department_level', models.PositiveSmallIntegerField(default=1, editable=False)),
                ('trades_shown', models.JSONField(default=list, editable=False)),
                ('skills_shown', models.JSONField(default=list, editable=False)),
                ('row_private', models.JSONField(default=dict, editable=False)),
                ('row_federation', models.JSONField(default=dict, editable=False)),
                ('row_public', models.JSONField(default=dict, editable=False)),
                ('words_private', models.TextField(default='', editable=False)),
                ('words_federation', models.TextField(default='', editable=False)),
                ('words_public', models.TextField(default='', editable=False)),
                ('commune', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vocabularies.commune', verbose_name='commune')),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vocabularies.department', verbose_name='département')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='profiles', to='accounts.organisation', verbose_name='coopérative')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='profile', to=settings.AUTH_USER_MODEL, verbose_name='personne')),
            ],
            options={
                'verbose_name': 'fiche',
                'base_manager_name': 'unscoped',
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['sort_name', 'id', 'level', 'organisation'], name='people_in_order'), models.Index(fields=['organisation', 'level'], name='people_of_organisation'), models.Index(fields=['department', 'department_level'], name='people_of_department')],
                'constraints': [models.CheckConstraint(condition=models.Q(('absent_until', None), ('absent_until__gte', models.F('absent_from')), _connector='OR'), name='absence_ends_after_it_starts', violation_error_message='L’absence finit après avoir commencé.'), models.CheckConstraint(condition=models.Q(('contract_ends_on', None), ('contract_ends_on__gte', models.F('contract_starts_on')), _connector='OR'), name='contract_ends_after_it_starts', violation_error_message='Le contrat finit après avoir commencé.'), models.CheckConstraint(condition=models.Q(('department_level__lte', models.F('level'))), name='nothing_is_open_further_than_the_name')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='PersonTrade',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('words', models.CharField(blank=True, max_length=80, verbose_name='avec vos mots')),
                ('rank', models.PositiveSmallIntegerField(default=0)),
                ('level', models.PositiveSmallIntegerField(default=1, editable=False)),
                ('organisation', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('trade', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vocabularies.trade', verbose_name='métier')),
                ('profile', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='trades', to='people.profile', verbose_name='fiche')),
            ],
            options={
                'verbose_name': 'métier d’une personne',
                'ordering': ['rank', 'id'],
                'base_manager_name': 'unscoped',
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['trade', 'level', 'organisation', 'profile'], name='people_of_trade')],
                'constraints': [models.UniqueConstraint(fields=('profile', 'trade'), name='a_trade_once_per_person')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='PersonSkill',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('words', models.CharField(blank=True, max_length=80, verbose_name='avec vos mots')),
                ('evidence', models.CharField(blank=True, choices=[('trained', 'formation suivie'), ('delivered', 'chantier ou mission livrée'), ('endorsed', 'reconnue par une autre CAE'), ('taught', 'a formé d’autres personnes')], max_length=20, verbose_name='preuve')),
                ('evidence_words', models.CharField(blank=True, max_length=160, verbose_name='précision')),
                ('evidence_on', models.DateField(blank=True, null=True, verbose_name='date de la preuve')),
                ('rank', models.PositiveSmallIntegerField(default=0)),
                ('value', models.CharField(editable=False, max_length=80)),
                ('level', models.PositiveSmallIntegerField(default=1, editable=False)),
                ('organisation', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('skill', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vocabularies.skill', verbose_name='compétence')),
                ('profile', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='skills', to='people.profile', verbose_name='fiche')),
            ],
            options={
                'verbose_name': 'compétence d’une personne',
                'ordering': ['rank', 'id'],
                'base_manager_name': 'unscoped',
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['value', 'level', 'organisation', 'profile'], name='people_of_skill')],
                'constraints': [models.UniqueConstraint(fields=('profile', 'value'), name='a_skill_once_per_person'), models.CheckConstraint(condition=models.Q(('skill__isnull', False), models.Q(('words', ''), _negated=True), _connector='OR'), name='a_skill_is_a_code_or_words')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='PersonAccreditation',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('title', models.CharField(max_length=120, verbose_name='intitulé')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='valable jusqu’au')),
                ('rank', models.PositiveSmallIntegerField(default=0)),
                ('profile', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='accreditations', to='people.profile', verbose_name='fiche')),
            ],
            options={
                'verbose_name': 'habilitation d’une personne',
                'ordering': ['rank', 'id'],
                'base_manager_name': 'unscoped',
                'default_manager_name': 'unscoped',
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='AccessibilityNeed',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('words', directory.people.models.needs.SealedTextField(max_length=1000, verbose_name='besoins d’accessibilité')),
                ('profile', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='accessibility', to='people.profile', verbose_name='fiche')),
            ],
            options={
                'verbose_name': 'besoin d’accessibilité',
                'verbose_name_plural': 'besoins d’accessibilité',
                'base_manager_name': 'unscoped',
                'default_manager_name': 'unscoped',
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
    ]

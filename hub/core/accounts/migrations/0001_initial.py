import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.manager
import hub.core.kit.identifiers
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Role',
            fields=[
                ('code', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('label', models.CharField(max_length=80, verbose_name='rôle')),
                ('is_staff', models.BooleanField(verbose_name='équipe d’appui')),
                ('permissions', models.JSONField(default=list)),
                ('rank', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'rôle',
                'ordering': ['rank'],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='adresse électronique')),
                ('first_name', models.CharField(max_length=80, verbose_name='prénom')),
                ('last_name', models.CharField(max_length=80, verbose_name='nom')),
                ('sort_name', models.CharField(editable=False, max_length=170)),
                ('is_active', models.BooleanField(default=True, verbose_name='actif')),
                ('is_superuser', models.BooleanField(default=False, verbose_name='coordination')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'personne',
                'ordering': ['sort_name', 'id'],
                'indexes': [models.Index(fields=['sort_name', 'id'], name='accounts_us_sort_na_97df8b_idx')],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_unique_whatever_case')],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('kind', models.CharField(choices=[('cae', 'CAE'), ('network', 'réseau'), ('training_body', 'organisme de formation'), ('local_partner', 'partenaire local'), ('collective', 'collectif sans personnalité juridique')], max_length=20, verbose_name='nature')),
                ('name', models.CharField(max_length=160, verbose_name='nom')),
                ('short_name', models.CharField(blank=True, max_length=40, verbose_name='sigle')),
                ('slug', models.SlugField(max_length=70, unique=True)),
                ('is_federation', models.BooleanField(default=False, verbose_name='fédération de ce hub')),
                ('legal_form', models.CharField(blank=True, choices=[('sarl', 'SARL'), ('sa', 'SA'), ('sas', 'SAS'), ('association', 'association'), ('ues', 'union d’économie sociale'), ('public', 'établissement public')], max_length=20, verbose_name='forme juridique')),
                ('cooperative_statute', models.CharField(blank=True, choices=[('scop', 'Scop'), ('scic', 'Scic'), ('loi_1947', 'coopérative loi 1947')], max_length=20, verbose_name='statut coopératif')),
                ('siren', models.CharField(blank=True, max_length=9, verbose_name='SIREN')),
                ('siret', models.CharField(blank=True, max_length=14, verbose_name='SIRET du siège')),
                ('identifier_override', models.CharField(blank=True, max_length=200, verbose_name='motif d’un numéro hors clé')),
                ('ape_code', models.CharField(blank=True, max_length=5, verbose_name='code NAF')),
                ('idcc', models.CharField(blank=True, max_length=4, verbose_name='convention collective (IDCC)')),
                ('nda_number', models.CharField(blank=True, max_length=11, verbose_name='numéro de déclaration d’activité')),
                ('nda_region', models.CharField(blank=True, max_length=80, verbose_name='région de la déclaration')),
                ('vat_exempt_on', models.DateField(blank=True, null=True, verbose_name='exonérée de TVA depuis (attestation 3511)')),
                ('department_codes', models.JSONField(blank=True, default=list, verbose_name='départements')),
                ('street', models.CharField(blank=True, max_length=200, verbose_name='adresse')),
                ('postal_code', models.CharField(blank=True, max_length=5, verbose_name='code postal')),
                ('city', models.CharField(blank=True, max_length=80, verbose_name='commune')),
                ('representative_name', models.CharField(blank=True, max_length=120, verbose_name='représentante ou représentant')),
                ('representative_role', models.CharField(blank=True, max_length=80, verbose_name='qualité')),
                ('convener', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='convened', to='accounts.organisation', verbose_name='convoqué par')),
            ],
            options={
                'verbose_name': 'organisation',
                'ordering': ['name', 'id'],
                'indexes': [models.Index(fields=['kind', 'name'], name='accounts_or_kind_6b6949_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('siren', ''), _negated=True), fields=('siren',), name='organisation_siren_unique'), models.UniqueConstraint(condition=models.Q(('is_federation', True)), fields=('is_federation',), name='one_federation_runs_the_hub'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'collective'), _negated=True), models.Q(('legal_form', ''), ('nda_number', ''), ('siren', ''), ('siret', '')), _connector='OR'), name='collective_has_no_legal_identity'), models.CheckConstraint(condition=models.Q(('siret', ''), ('siret__startswith', models.F('siren')), _connector='OR'), name='siret_begins_with_siren')],
            },
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='numéro')),
                ('purposes', models.JSONField(default=list, verbose_name='finalités')),
                ('starts_at', models.DateTimeField(verbose_name='commence le')),
                ('ends_at', models.DateTimeField(verbose_name='finit le')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='rompue le')),
                ('people', models.ManyToManyField(related_name='agreements', to=settings.AUTH_USER_MODEL, verbose_name='personnes')),
                ('beneficiary', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements_received', to='accounts.organisation', verbose_name='CAE pour qui l’on agit')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements_given', to='accounts.organisation', verbose_name='CAE qui prête ses gens')),
            ],
            options={
                'verbose_name': 'convention entre CAE',
                'verbose_name_plural': 'conventions entre CAE',
                'ordering': ['-starts_at'],
                'base_manager_name': 'unscoped',
                'default_manager_name': 'unscoped',
                'constraints': [models.CheckConstraint(condition=models.Q(('provider', models.F('beneficiary')), _negated=True), name='agreement_has_two_parties'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='agreement_ends_after_it_starts')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Affiliation',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('role', models.CharField(choices=[('member', 'membre'), ('observer', 'observatrice'), ('board', 'au conseil')], default='member', max_length=20, verbose_name='qualité')),
                ('starts_on', models.DateField(verbose_name='depuis le')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='jusqu’au')),
                ('charter_on', models.DateField(blank=True, null=True, verbose_name='charte signée le')),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='affiliates', to='accounts.organisation')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='affiliations', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'adhésion',
                'constraints': [models.CheckConstraint(condition=models.Q(('organisation', models.F('network')), _negated=True), name='no_affiliation_to_itself'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='affiliation_ends_after_it_starts'), models.UniqueConstraint(condition=models.Q(('ends_on', None)), fields=('organisation', 'network'), name='one_open_affiliation_per_network')],
            },
        ),
        migrations.CreateModel(
            name='Accreditation',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('kind', models.CharField(choices=[('qualiopi', 'Qualiopi'), ('esus', 'ESUS'), ('sap', 'services à la personne'), ('rge', 'RGE'), ('qualibat', 'Qualibat'), ('other', 'autre')], max_length=20, verbose_name='nature')),
                ('title', models.CharField(max_length=160, verbose_name='intitulé')),
                ('number', models.CharField(blank=True, max_length=60, verbose_name='numéro')),
                ('starts_on', models.DateField(verbose_name='valable du')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='au')),
                ('proof_id', models.UUIDField(blank=True, null=True, verbose_name='preuve')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='accreditations', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'agrément',
                'ordering': ['kind', 'starts_on'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='accreditation_ends_after_it_starts')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('starts_on', models.DateField(verbose_name='depuis le')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='jusqu’au')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='accounts.organisation')),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.role', verbose_name='rôle')),
            ],
            options={
                'verbose_name': 'rattachement',
                'base_manager_name': 'unscoped',
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['user', 'organisation'], name='accounts_me_user_id_ec0d63_idx'), models.Index(fields=['organisation', 'role'], name='accounts_me_organis_3b41e8_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='membership_ends_after_it_starts'), models.UniqueConstraint(condition=models.Q(('ends_on', None)), fields=('user', 'organisation', 'role'), name='one_open_membership_per_role')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('email', models.EmailField(max_length=254, verbose_name='adresse électronique')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('expires_at', models.DateTimeField(verbose_name='valable jusqu’au')),
                ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='acceptée le')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='retirée le')),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='accounts.organisation')),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.role', verbose_name='rôle')),
            ],
            options={
                'verbose_name': 'invitation',
                'ordering': ['-created_at'],
                'base_manager_name': 'unscoped',
                'default_manager_name': 'unscoped',
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Succession',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('kind', models.CharField(choices=[('merger', 'fusion'), ('incubation', 'essaimage'), ('split', 'scission')], max_length=20, verbose_name='nature')),
                ('took_place_on', models.DateField(verbose_name='le')),
                ('predecessor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='successions', to='accounts.organisation')),
                ('successor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='precedents', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'succession',
                'constraints': [models.CheckConstraint(condition=models.Q(('predecessor', models.F('successor')), _negated=True), name='no_succession_to_itself'), models.UniqueConstraint(fields=('predecessor', 'successor'), name='one_succession_per_pair')],
            },
        ),
    ]

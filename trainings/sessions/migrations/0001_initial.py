import django.core.validators
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
        ('catalogue', '0001_initial'),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.CreateModel(
            name='TrainingSession',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('title', models.CharField(max_length=255, verbose_name='intitulé')),
                ('programme_version', models.PositiveIntegerField(verbose_name='version du programme')),
                ('status', models.CharField(choices=[('draft', 'Brouillon'), ('open', 'Inscriptions ouvertes'), ('closed', 'Inscriptions closes'), ('cancelled', 'Annulée')], default='draft', max_length=12, verbose_name='état')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='premier jour')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='dernier jour')),
                ('duration_minutes', models.PositiveIntegerField(default=0, verbose_name='durée')),
                ('remote_minutes', models.PositiveIntegerField(default=0, verbose_name='dont à distance')),
                ('capacity', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(500)], verbose_name='places')),
                ('confirmed_count', models.PositiveSmallIntegerField(default=0, verbose_name='inscrites')),
                ('waiting_count', models.PositiveIntegerField(default=0, verbose_name='en attente')),
                ('registration_closes_on', models.DateField(blank=True, null=True, verbose_name='inscriptions jusqu’au')),
                ('price_cents', models.PositiveIntegerField(verbose_name='prix par personne, hors taxes, en centimes')),
                ('payment_terms', models.TextField(default='Paiement à 30 jours après la fin de la session, sur facture ; subrogation par l’OPCO possible.', verbose_name='modalités de règlement')),
                ('subrogation', models.BooleanField(default=False, verbose_name='l’OPCO règle directement l’organisme (subrogation)')),
                ('cancellation_terms', models.TextField(blank=True, verbose_name='dédit, absence, annulation')),
                ('remote_assistance', models.TextField(blank=True, verbose_name='assistance à distance')),
                ('remote_activities', models.TextField(blank=True, verbose_name='activités à distance et leur durée moyenne')),
                ('place_name', models.CharField(blank=True, max_length=120, verbose_name='lieu')),
                ('street', models.CharField(blank=True, max_length=200, verbose_name='adresse')),
                ('postal_code', models.CharField(blank=True, max_length=5, verbose_name='code postal')),
                ('city', models.CharField(blank=True, max_length=80, verbose_name='commune')),
                ('access_notes', models.TextField(blank=True, verbose_name='accès')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='catalogue.coursepage', verbose_name='programme')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='accounts.organisation', verbose_name='organisme')),
                ('programme_revision', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.revision')),
                ('trainers', models.ManyToManyField(blank=True, related_name='trained_sessions', to=settings.AUTH_USER_MODEL, verbose_name='formatrices et formateurs')),
            ],
            options={
                'verbose_name': 'session',
                'ordering': ['starts_on', 'id'],
                'base_manager_name': 'unscoped',
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['status', 'starts_on'], name='training_se_status_82ea19_idx'), models.Index(fields=['organisation', 'starts_on'], name='training_se_organis_ed93df_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('confirmed_count__lte', models.F('capacity'))), name='never_more_confirmed_than_places'), models.CheckConstraint(condition=models.Q(models.Q(('ends_on', None), ('starts_on', None)), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='session_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(('remote_minutes__lte', models.F('duration_minutes'))), name='remote_part_of_the_whole')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='RegistrationRequest',
            fields=[
                ('key', models.UUIDField(primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='training_sessions.trainingsession')),
            ],
            options={
                'verbose_name': 'demande d’inscription',
            },
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('status', models.CharField(choices=[('confirmed', 'Inscrite'), ('waiting', 'En liste d’attente'), ('cancelled', 'Annulée')], max_length=10, verbose_name='état')),
                ('rank', models.PositiveIntegerField(blank=True, null=True, verbose_name='rang d’attente')),
                ('registered_at', models.DateTimeField(verbose_name='inscrite le')),
                ('cancelled_at', models.DateTimeField(blank=True, null=True, verbose_name='annulée le')),
                ('employer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation', verbose_name='employeur')),
                ('registered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('trainee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to=settings.AUTH_USER_MODEL, verbose_name='stagiaire')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='training_sessions.trainingsession')),
            ],
            options={
                'verbose_name': 'inscription',
                'ordering': ['registered_at', 'id'],
                'base_manager_name': 'unscoped',
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['session', 'status', 'rank'], name='training_se_session_b6fc15_idx'), models.Index(fields=['employer', 'session'], name='training_se_employe_ae8fe3_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'cancelled'), _negated=True), fields=('session', 'trainee'), name='one_active_registration_per_person'), models.CheckConstraint(condition=models.Q(models.Q(('rank__isnull', False), ('status', 'waiting')), models.Q(models.Q(('status', 'waiting'), _negated=True), ('rank', None)), _connector='OR'), name='a_rank_while_waiting_and_only_then'), models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', False), ('status', 'cancelled')), models.Q(models.Q(('status', 'cancelled'), _negated=True), ('cancelled_at', None)), _connector='OR'), name='a_moment_when_cancelled')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='HalfDay',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('date', models.DateField(verbose_name='jour')),
                ('period', models.CharField(choices=[('am', 'matin'), ('pm', 'après-midi')], max_length=2, verbose_name='demi-journée')),
                ('starts_at', models.TimeField(verbose_name='début')),
                ('ends_at', models.TimeField(verbose_name='fin')),
                ('is_remote', models.BooleanField(default=False, verbose_name='à distance')),
                ('topic', models.CharField(blank=True, max_length=160, verbose_name='sujet')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='half_days', to='training_sessions.trainingsession')),
            ],
            options={
                'verbose_name': 'demi-journée',
                'verbose_name_plural': 'demi-journées',
                'ordering': ['date', 'starts_at'],
                'constraints': [models.UniqueConstraint(fields=('session', 'date', 'period'), name='one_row_per_half_day'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='half_day_ends_after_it_starts')],
            },
        ),
    ]

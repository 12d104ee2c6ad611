import django.db.models.deletion
import django.db.models.manager
import hub.core.kit.identifiers
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0002_agreement_between_two_caes'),
        ('accounts', '__first__'),
        ('documents', '0001_initial'),
        ('training_sessions', '0002_session_cancellation'),
    ]

    operations = [
        migrations.CreateModel(
            name='FundingFile',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('status', models.CharField(choices=[('draft', 'Brouillon'), ('to_complete', 'À compléter'), ('ready', 'Prêt à déposer'), ('filed', 'Déposé'), ('under_review', 'En instruction'), ('more_asked', 'Complément demandé'), ('granted', 'Accordé'), ('partly_granted', 'Accordé en partie'), ('refused', 'Refusé'), ('to_revise', 'À revoir'), ('running', 'En cours'), ('cancelled', 'Annulé'), ('closed', 'Clos')], default='draft', max_length=16, verbose_name='état')),
                ('opco', models.CharField(blank=True, max_length=20, verbose_name='OPCO')),
                ('agreed_on', models.DateField(blank=True, null=True, verbose_name='signée le')),
                ('filed_on', models.DateField(blank=True, null=True, verbose_name='déposée le')),
                ('reference', models.CharField(blank=True, max_length=60, verbose_name='numéro donné par l’OPCO')),
                ('asked_on', models.DateField(blank=True, null=True, verbose_name='complément demandé le')),
                ('reply_by', models.DateField(blank=True, null=True, verbose_name='réponse attendue le')),
                ('asked_words', models.TextField(blank=True, max_length=2000, verbose_name='ce que l’OPCO demande')),
                ('answered_on', models.DateField(blank=True, null=True, verbose_name='réponse de l’OPCO du')),
                ('granted_for', models.DateField(blank=True, null=True, verbose_name='accord donné pour une session du')),
                ('grant_number', models.CharField(blank=True, max_length=60, verbose_name='numéro de l’accord')),
                ('reason', models.TextField(blank=True, max_length=2000, verbose_name='motif')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
                ('agreement_file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.privatefile', verbose_name='convention signée')),
                ('employer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation', verbose_name='employeur')),
                ('opened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ouvert par')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='funding_files', to='training_sessions.trainingsession', verbose_name='session')),
            ],
            options={
                'verbose_name': 'dossier OPCO',
                'verbose_name_plural': 'dossiers OPCO',
                'ordering': ['session__starts_on', 'id'],
                'base_manager_name': 'unscoped',
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['employer', 'status'], name='funding_file_list')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status__in', ('cancelled', 'closed')), _negated=True), fields=('session', 'employer'), name='funding_one_live_file_per_employer'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_on', None), ('agreement_file', None)), models.Q(('agreed_on__isnull', False), ('agreement_file__isnull', False)), _connector='OR'), name='funding_agreement_is_signed_on_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['filed', 'under_review', 'more_asked', 'granted', 'partly_granted', 'to_revise', 'running']), _negated=True), models.Q(('filed_on__isnull', False), models.Q(('reference', ''), _negated=True)), _connector='OR'), name='funding_filed_with_a_day_and_a_number')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=20, verbose_name='échéance')),
                ('due_on', models.DateField(verbose_name='pour le')),
                ('sent_at', models.DateTimeField(auto_now_add=True, verbose_name='rappelée le')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='funding.fundingfile')),
            ],
            options={
                'verbose_name': 'rappel d’échéance',
                'constraints': [models.UniqueConstraint(fields=('file', 'key', 'due_on'), name='funding_one_reminder_per_date')],
            },
        ),
        migrations.CreateModel(
            name='EmployerFacts',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('opco', models.CharField(blank=True, max_length=20, verbose_name='OPCO')),
                ('opco_source', models.CharField(blank=True, choices=[('register', 'table SIRET de France compétences'), ('payroll', 'déclaration dans la DSN'), ('agreement', 'convention collective (IDCC)'), ('declared', 'attestation de la CAE')], max_length=10, verbose_name='source')),
                ('opco_checked_on', models.DateField(blank=True, null=True, verbose_name='vérifié le')),
                ('headcount_hundredths', models.PositiveIntegerField(blank=True, null=True, verbose_name='effectif, en centièmes')),
                ('headcount_year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='année de l’effectif')),
                ('has_other_funds', models.BooleanField(default=False, verbose_name='financement de branche ou volontaire')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation', verbose_name='employeur')),
            ],
            options={
                'verbose_name': 'faits d’un employeur pour son OPCO',
                'base_manager_name': 'unscoped',
                'default_manager_name': 'unscoped',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('opco', ''), ('opco_checked_on', None), ('opco_source', '')), models.Q(models.Q(('opco', ''), _negated=True), models.Q(('opco_source', ''), _negated=True), ('opco_checked_on__isnull', False)), _connector='OR'), name='funding_opco_has_a_source_and_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('headcount_hundredths', None), ('headcount_year', None)), models.Q(('headcount_hundredths__isnull', False), ('headcount_year__isnull', False)), _connector='OR'), name='funding_headcount_has_a_year')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
    ]

import django.db.models.deletion
import django.db.models.manager
import hub.core.kit.identifiers
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('papers', '0001_initial'),
        ('training_sessions', '0003_nature_and_signing'),
    ]

    operations = [
        migrations.CreateModel(
            name='AttendanceSheet',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('version', models.PositiveSmallIntegerField(default=1, verbose_name='version')),
                ('correction_reason', models.CharField(blank=True, max_length=300, verbose_name='motif de la correction')),
                ('assistance', models.TextField(blank=True, verbose_name='assistance à distance donnée')),
                ('assessment', models.TextField(blank=True, verbose_name='évaluations à distance faites')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='close le')),
                ('trainer_name', models.CharField(blank=True, max_length=160, verbose_name='nom de qui a signé')),
                ('trainer_method', models.CharField(blank=True, choices=[('drawn', 'tracée'), ('typed', 'au clavier')], max_length=5, verbose_name='signature')),
                ('trainer_typed', models.CharField(blank=True, max_length=160, verbose_name='nom écrit')),
                ('trainer_strokes', models.JSONField(blank=True, default=list, verbose_name='tracé')),
                ('content', models.JSONField(blank=True, null=True, verbose_name='contenu clos')),
                ('digest', models.CharField(blank=True, max_length=64, verbose_name='empreinte du contenu')),
                ('half_day', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='training_sessions.halfday', verbose_name='demi-journée')),
                ('paper', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='papers.issuedpaper', verbose_name='pièce')),
                ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='attendance.attendancesheet', verbose_name='corrige')),
                ('trainer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='signée par')),
            ],
            options={
                'verbose_name': 'feuille d’émargement',
                'verbose_name_plural': 'feuilles d’émargement',
                'ordering': ['half_day__date', 'half_day__starts_at', 'version'],
                'base_manager_name': 'unscoped',
                'default_manager_name': 'unscoped',
                'constraints': [models.UniqueConstraint(fields=('half_day', 'version'), name='one_sheet_per_half_day_and_version'), models.CheckConstraint(condition=models.Q(models.Q(('replaces', None), ('version', 1)), models.Q(('replaces__isnull', False), ('version__gt', 1), models.Q(('correction_reason', ''), _negated=True)), _connector='OR'), name='later_sheet_says_what_it_corrects'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('content', None), ('digest', ''), ('trainer', None)), models.Q(('closed_at__isnull', False), ('content__isnull', False), ('trainer__isnull', False), models.Q(('digest', ''), _negated=True), models.Q(('trainer_name', ''), _negated=True)), _connector='OR'), name='closed_sheet_is_signed_and_whole')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('attended', models.CharField(choices=[('present', 'Présence'), ('absent', 'Absence')], max_length=8, verbose_name='présence')),
                ('arrived_at', models.TimeField(blank=True, null=True, verbose_name='arrivée')),
                ('left_at', models.TimeField(blank=True, null=True, verbose_name='départ')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='motif du retard, du départ ou de l’absence')),
                ('late_reason', models.CharField(blank=True, max_length=200, verbose_name='motif de la signature tardive')),
                ('method', models.CharField(blank=True, choices=[('drawn', 'tracée'), ('typed', 'au clavier')], max_length=5, verbose_name='signature')),
                ('strokes', models.JSONField(blank=True, default=list, verbose_name='tracé')),
                ('typed_name', models.CharField(blank=True, max_length=160, verbose_name='nom écrit')),
                ('signed_at', models.DateTimeField(blank=True, null=True, verbose_name='signée le')),
                ('device_at', models.DateTimeField(blank=True, null=True, verbose_name='signée sur l’appareil le')),
                ('key', models.UUIDField(blank=True, null=True, verbose_name='clé de l’appareil')),
                ('noted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sur l’appareil de')),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='presences', to='training_sessions.registration', verbose_name='inscription')),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='presences', to='attendance.attendancesheet', verbose_name='feuille')),
            ],
            options={
                'verbose_name': 'présence',
                'constraints': [models.UniqueConstraint(fields=('sheet', 'registration'), name='one_line_per_trainee_and_sheet'), models.UniqueConstraint(fields=('sheet', 'key'), name='one_gesture_signs_once'), models.CheckConstraint(condition=models.Q(models.Q(('attended', 'absent'), ('method', ''), ('signed_at', None)), models.Q(('attended', 'present'), ('signed_at__isnull', False), models.Q(('method', ''), ('typed_name', ''), ('strokes', []), _connector='OR')), _connector='OR'), name='present_is_signed_absent_is_not')],
            },
        ),
    ]

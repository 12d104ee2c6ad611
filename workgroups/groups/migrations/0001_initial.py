import django.db.models.deletion
import django.db.models.manager
import hub.core.kit.dates
import hub.core.kit.identifiers
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
        ('documents', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Workgroup',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('acronym', models.SlugField(max_length=30, unique=True, verbose_name='acronyme')),
                ('name', models.CharField(max_length=160, verbose_name='nom')),
                ('purpose', models.CharField(max_length=300, verbose_name='en une phrase')),
                ('charter', models.TextField(blank=True, verbose_name='charte')),
                ('status', models.CharField(choices=[('preparing', 'En préparation'), ('active', 'En activité'), ('ended', 'Terminé')], default='preparing', max_length=10, verbose_name='état')),
                ('reach', models.CharField(choices=[('federation', 'la fédération'), ('public', 'tout le monde, sans compte')], default='federation', max_length=10, verbose_name='ce que le groupe publie est lu par')),
                ('convener', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='workgroups', to='accounts.organisation', verbose_name='réuni par')),
            ],
            options={
                'verbose_name': 'groupe de travail',
                'verbose_name_plural': 'groupes de travail',
                'ordering': ['name', 'id'],
                'base_manager_name': 'unscoped',
                'default_manager_name': 'unscoped',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('purpose', ''), _negated=True)), name='workgroup_says_its_name_and_purpose')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='GroupMember',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('guest_name', models.CharField(blank=True, max_length=120, verbose_name='nom de la personne invitée')),
                ('guest_of', models.CharField(blank=True, max_length=160, verbose_name='organisation de la personne invitée')),
                ('role', models.CharField(choices=[('facilitator', 'animatrice ou animateur'), ('member', 'membre'), ('guest', 'invitée ou invité')], default='member', max_length=12, verbose_name='rôle')),
                ('starts_on', models.DateField(default=hub.core.kit.dates.today, verbose_name='depuis le')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='jusqu’au')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation', verbose_name='parle pour')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='workgroups', to=settings.AUTH_USER_MODEL, verbose_name='personne')),
                ('workgroup', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='workgroups.workgroup', verbose_name='groupe')),
            ],
            options={
                'verbose_name': 'membre d’un groupe',
                'verbose_name_plural': 'membres d’un groupe',
                'ordering': ['starts_on', 'id'],
                'base_manager_name': 'unscoped',
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['user', 'workgroup'], name='workgroups__user_id_43abf1_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ends_on', None)), fields=('workgroup', 'user'), name='once_in_a_workgroup'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='group_member_ends_after_start'), models.CheckConstraint(condition=models.Q(('guest_name', ''), models.Q(('role', 'guest'), ('user', None)), _connector='OR'), name='only_a_guest_has_no_account'), models.CheckConstraint(condition=models.Q(('user', None), ('organisation__isnull', False), _connector='OR'), name='an_account_speaks_for_somebody')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='GroupDocument',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('title', models.CharField(max_length=160, verbose_name='titre')),
                ('is_open', models.BooleanField(default=False, verbose_name='ouvert à la fédération')),
                ('added_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='déposé par')),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.privatefile', verbose_name='fichier')),
                ('workgroup', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='workgroups.workgroup', verbose_name='groupe')),
            ],
            options={
                'verbose_name': 'document d’un groupe',
                'verbose_name_plural': 'documents d’un groupe',
                'ordering': ['-created_at', 'id'],
                'base_manager_name': 'unscoped',
                'default_manager_name': 'unscoped',
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
    ]

import django.db.models.deletion
import django.db.models.manager
import hub.core.kit.identifiers
import workgroups.roadmaps.plan
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
        ('wagtailcore', '0098_apitoken'),
        ('workgroups', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='RoadmapReviewTask',
            fields=[
                ('task_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.task')),
            ],
            options={
                'verbose_name': 'accord sur une feuille de route',
            },
            bases=('wagtailcore.task',),
        ),
        migrations.CreateModel(
            name='RoadmapsIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
            ],
            options={
                'verbose_name': 'feuilles de route',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='RoadmapPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('public_id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, unique=True)),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version publiée')),
                ('introduction', models.TextField(blank=True, verbose_name='introduction')),
                ('plan', models.JSONField(blank=True, default=workgroups.roadmaps.plan.empty, verbose_name='phases, points et jalons')),
                ('workgroup', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='roadmap', to='workgroups.workgroup', verbose_name='groupe')),
            ],
            options={
                'verbose_name': 'feuille de route',
                'verbose_name_plural': 'feuilles de route',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='AnswerSheet',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('reach', models.CharField(choices=[('group', 'le groupe'), ('federation', 'la fédération'), ('public', 'tout le monde, sans compte')], default='group', max_length=10, verbose_name='lu par')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation', verbose_name='CAE')),
                ('roadmap', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answer_sheets', to='roadmaps.roadmappage', verbose_name='feuille de route')),
            ],
            options={
                'verbose_name': 'réponses d’une CAE',
                'verbose_name_plural': 'réponses des CAE',
                'base_manager_name': 'unscoped',
                'default_manager_name': 'unscoped',
                'constraints': [models.UniqueConstraint(fields=('roadmap', 'organisation'), name='one_sheet_per_cae')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='RoadmapRelease',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('number', models.PositiveIntegerField(verbose_name='version')),
                ('released_at', models.DateTimeField(verbose_name='publiée le')),
                ('note', models.TextField(blank=True, verbose_name='ce qui change')),
                ('released_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='publiée par')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.revision')),
                ('roadmap', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='roadmaps.roadmappage', verbose_name='feuille de route')),
            ],
            options={
                'verbose_name': 'version d’une feuille de route',
                'verbose_name_plural': 'versions d’une feuille de route',
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('roadmap', 'number'), name='one_release_per_number')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('item_id', models.UUIDField(verbose_name='point')),
                ('release', models.PositiveIntegerField(verbose_name='à la version')),
                ('stance', models.CharField(choices=[('adopted', 'Adopté'), ('adapted', 'Adapté'), ('deferred', 'Différé'), ('declined', 'Décliné'), ('thinking', 'En réflexion')], max_length=10, verbose_name='réponse')),
                ('note', models.TextField(blank=True, verbose_name='dans ses mots')),
                ('owner', models.CharField(blank=True, max_length=160, verbose_name='porté chez elle par')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='à partir du')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='jusqu’au')),
                ('answered_at', models.DateTimeField(verbose_name='répondu le')),
                ('replaced_at', models.DateTimeField(blank=True, null=True, verbose_name='remplacée le')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='répondu par')),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='roadmaps.answersheet', verbose_name='réponses')),
            ],
            options={
                'verbose_name': 'réponse à un point',
                'verbose_name_plural': 'réponses aux points',
                'ordering': ['answered_at', 'id'],
                'base_manager_name': 'unscoped',
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['item_id', 'replaced_at'], name='roadmaps_an_item_id_1d8707_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_at', None)), fields=('sheet', 'item_id'), name='one_current_answer_per_item'), models.CheckConstraint(condition=models.Q(('starts_on', None), ('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='answer_ends_after_it_starts')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='ItemProgress',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('item_id', models.UUIDField(verbose_name='point')),
                ('status', models.CharField(choices=[('planned', 'Prévu'), ('under_way', 'En cours'), ('done', 'Fait'), ('dropped', 'Abandonné')], default='planned', max_length=10, verbose_name='où en est ce point')),
                ('reading', models.CharField(blank=True, max_length=160, verbose_name='mesure de l’indicateur')),
                ('noted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='noté par')),
                ('roadmap', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='progress', to='roadmaps.roadmappage', verbose_name='feuille de route')),
            ],
            options={
                'verbose_name': 'avancement d’un point',
                'verbose_name_plural': 'avancement des points',
                'constraints': [models.UniqueConstraint(fields=('roadmap', 'item_id'), name='one_progress_per_item')],
            },
        ),
    ]

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
        ('wagtailcore', '0098_apitoken'),
        ('workgroups', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='QuestionPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('public_id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, unique=True)),
                ('audience', models.CharField(db_index=True, default='federation', max_length=60, verbose_name='lu par')),
                ('theme', models.CharField(blank=True, max_length=30, verbose_name='thème')),
                ('body', models.TextField(blank=True, verbose_name='texte')),
                ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='retirée le')),
                ('withdrawn_reason', models.CharField(blank=True, editable=False, max_length=500, verbose_name='motif du retrait')),
                ('trades', models.JSONField(blank=True, default=list, verbose_name='métiers (ROME)')),
                ('skills', models.JSONField(blank=True, default=list, verbose_name='compétences (Formacode)')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='écrit par')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation', verbose_name='organisation')),
                ('workgroup', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workgroups.workgroup', verbose_name='groupe de travail')),
            ],
            options={
                'verbose_name': 'question',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('body', models.TextField(verbose_name='réponse')),
                ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='retenue le')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='retirée le')),
                ('withdrawn_reason', models.CharField(blank=True, max_length=500, verbose_name='motif du retrait')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='écrite par')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation', verbose_name='organisation')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='questions.questionpage', verbose_name='question')),
            ],
            options={
                'verbose_name': 'réponse',
                'ordering': ['created_at', 'id'],
                'base_manager_name': 'unscoped',
                'default_manager_name': 'unscoped',
                'constraints': [models.UniqueConstraint(condition=models.Q(('accepted_at__isnull', False)), fields=('question',), name='one_accepted_answer'), models.CheckConstraint(condition=models.Q(('withdrawn_at', None), ('accepted_at', None), _connector='OR'), name='a_withdrawn_answer_is_not_kept')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='UsefulMark',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='questions.answer', verbose_name='réponse')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='personne')),
            ],
            options={
                'verbose_name': 'marque « utile »',
                'verbose_name_plural': 'marques « utile »',
                'constraints': [models.UniqueConstraint(fields=('answer', 'user'), name='useful_once')],
            },
        ),
        migrations.CreateModel(
            name='Follow',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='personne')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='follows', to='questions.questionpage', verbose_name='question')),
            ],
            options={
                'verbose_name': 'suivi d’une question',
                'verbose_name_plural': 'suivis des questions',
                'constraints': [models.UniqueConstraint(fields=('question', 'user'), name='follow_once')],
            },
        ),
    ]

import django.core.validators
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
            name='EventPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('public_id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, unique=True)),
                ('audience', models.CharField(db_index=True, default='federation', max_length=60, verbose_name='lu par')),
                ('theme', models.CharField(blank=True, max_length=30, verbose_name='thème')),
                ('body', models.TextField(blank=True, verbose_name='texte')),
                ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='retirée le')),
                ('withdrawn_reason', models.CharField(blank=True, editable=False, max_length=500, verbose_name='motif du retrait')),
                ('kind', models.CharField(choices=[('seminar', 'séminaire'), ('information', 'réunion d’information'), ('visit', 'visite'), ('workshop', 'atelier'), ('fair', 'salon'), ('other', 'autre rendez-vous')], default='other', max_length=12, verbose_name='nature')),
                ('starts_at', models.DateTimeField(verbose_name='commence le')),
                ('ends_at', models.DateTimeField(verbose_name='finit le')),
                ('place', models.CharField(blank=True, max_length=300, verbose_name='lieu')),
                ('link', models.URLField(blank=True, max_length=500, verbose_name='lien de la visioconférence')),
                ('closes_at', models.DateTimeField(blank=True, null=True, verbose_name='inscriptions jusqu’au')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='écrit par')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation', verbose_name='organisation')),
                ('workgroup', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workgroups.workgroup', verbose_name='groupe de travail')),
            ],
            options={
                'verbose_name': 'rendez-vous',
                'verbose_name_plural': 'rendez-vous',
                'indexes': [models.Index(fields=['starts_at'], name='events_even_starts__6b5d3e_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gte', models.F('starts_at'))), name='event_ends_after_it_starts')],
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='EventRegistration',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('status', models.CharField(choices=[('confirmed', 'Inscrite ou inscrit'), ('waiting', 'En liste d’attente'), ('cancelled', 'Annulée')], max_length=10, verbose_name='état')),
                ('rank', models.PositiveIntegerField(blank=True, null=True, verbose_name='rang')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='events.eventpage', verbose_name='rendez-vous')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation', verbose_name='organisation')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='event_registrations', to=settings.AUTH_USER_MODEL, verbose_name='personne')),
            ],
            options={
                'verbose_name': 'inscription à un rendez-vous',
                'verbose_name_plural': 'inscriptions aux rendez-vous',
                'ordering': ['created_at', 'id'],
                'base_manager_name': 'unscoped',
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['event', 'status', 'rank'], name='events_even_event_i_a8504f_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'cancelled'), _negated=True), fields=('event', 'user'), name='one_active_registration_per_event'), models.CheckConstraint(condition=models.Q(models.Q(('rank__isnull', False), ('status', 'waiting')), models.Q(models.Q(('status', 'waiting'), _negated=True), ('rank', None)), _connector='OR'), name='only_who_waits_has_a_rank')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Seating',
            fields=[
                ('id', models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('capacity', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(2000)], verbose_name='places')),
                ('confirmed_count', models.PositiveSmallIntegerField(default=0, verbose_name='inscrites')),
                ('waiting_count', models.PositiveIntegerField(default=0, verbose_name='en attente')),
                ('sequence', models.PositiveIntegerField(default=0, verbose_name='changements')),
                ('cancelled_at', models.DateTimeField(blank=True, null=True, verbose_name='annulé le')),
                ('cancellation_reason', models.CharField(blank=True, max_length=500, verbose_name='motif de l’annulation')),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='seating', to='events.eventpage', verbose_name='rendez-vous')),
            ],
            options={
                'verbose_name': 'places d’un rendez-vous',
                'verbose_name_plural': 'places des rendez-vous',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('capacity', None), ('confirmed_count', 0), ('waiting_count', 0)), ('confirmed_count__lte', models.F('capacity')), _connector='OR'), name='never_more_seated_than_places')],
            },
        ),
    ]

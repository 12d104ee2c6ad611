"""The job queue's wiring. The broker only wakes workers: what must be done is in the outbox (hub.core.jobs)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.base")

app = Celery("hub")
app.config_from_object("hub.core.jobs.celeryconfig")
app.autodiscover_tasks(["hub.core.jobs"])

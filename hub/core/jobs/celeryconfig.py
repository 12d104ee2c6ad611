"""Celery's settings, read by hub/celery.py. Why each: docs/decisions/0007-outbox.md."""

from typing import Any

from django.conf import settings

from hub.core.jobs import embedded

broker_url = settings.BROKER_URL
broker_connection_retry_on_startup = True
broker_connection_timeout = 2

if embedded.is_used(broker_url):
    embedded.prepare()
    broker_transport_options: dict[str, Any] = {"connect_args": {"timeout": 5}}
else:
    # max_retries: a write's nudge must fail at once (left alone, each write waits two seconds while the broker is down);
    # socket_timeout: one that takes the call and never answers holds no page; visibility_timeout: when Redis hands out again the message
    # of a killed worker.
    broker_transport_options = {"max_retries": 0}
    if broker_url.startswith("redis"):
        broker_transport_options |= {"visibility_timeout": 600, "socket_connect_timeout": 2, "socket_timeout": 2}

task_default_queue = "hub"
task_ignore_result = True
task_acks_late = True
task_reject_on_worker_lost = True
task_time_limit = 900  # a handler that never returns loses its process; its lines come back when their lease ends

worker_prefetch_multiplier = 1
worker_enable_remote_control = False
worker_send_task_events = False
worker_max_tasks_per_child = 500
worker_hijack_root_logger = False

timezone = settings.TIME_ZONE
beat_schedule = {"tick": {"task": "jobs.tick", "schedule": 5.0, "options": {"expires": 10}}}
beat_schedule_filename = str(settings.DATA_DIR / "beat")

"""Celery only wakes sweeps. Messages may be lost, doubled or late: the rows wait in PostgreSQL."""

import os

from celery import Celery
from django.conf import settings
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxloop.settings")

app = Celery("cxloop", broker=settings.REDIS_URL)
app.conf.update(
    imports=["cxloop.tasks", "cxloop.hearing"],
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_default_queue="sweeps",
    task_queues=[Queue("sweeps"), Queue("letters")],
    task_time_limit=600,
    enable_utc=True,
    timezone="UTC",
    worker_prefetch_multiplier=1,
    worker_max_tasks_per_child=20_000,
    worker_max_memory_per_child=400_000,  # KiB
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "global_keyprefix": "cxloop:",
        "visibility_timeout": 300,
        # Without these a killed worker's tasks stay away for minutes beyond the timeout.
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        # A nudge gives up at the first refusal; else kombu retries for six seconds, in the request.
        "max_retries": 0,
        "interval_start": 0,
        "interval_step": 0,
        "socket_timeout": 5,
        "socket_connect_timeout": 0.5,
        "socket_keepalive": True,
    },
    # What beat remembers is worth nothing: a sweep may come twice.
    beat_scheduler="celery.beat.Scheduler",
    beat_max_loop_interval=1,
)

from django.apps import AppConfig

from cxloop.celery import app


class CxloopConfig(AppConfig):
    """The commands that know every room; and Celery's app, so that every process can nudge."""

    name = "cxloop"
    label = "wiring"
    celery = app

import gc

from django.apps import AppConfig

from cxloop.celery import app


class CxloopConfig(AppConfig):
    """The commands that know every room; and Celery's app, so that every process can nudge."""

    name = "cxloop"
    label = "wiring"
    celery = app

    def ready(self) -> None:
        """What is loaded by now stays. Looking through all of it for garbage, over and over, was
        an eighth of the work of judging a backlog."""
        gc.freeze()

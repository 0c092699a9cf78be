import gc

from django.apps import AppConfig
from django.contrib.contenttypes.management import create_contenttypes
from django.db.models.signals import post_migrate

from cxloop.celery import app


class CxloopConfig(AppConfig):
    """The commands that know every room; and Celery's app, so that every process can nudge."""

    name = "cxloop"
    label = "wiring"
    celery = app

    def ready(self) -> None:
        _keep_no_permissions()
        _keep_what_is_loaded()


def _keep_no_permissions() -> None:
    """Roles say who may do what; Django's own permissions, and the list of models to which they
    point, would be written and never asked."""
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)


def _keep_what_is_loaded() -> None:
    """What is loaded by now stays. Looking through all of it for garbage, over and over, was an
    eighth of the work of judging a backlog."""
    gc.freeze()

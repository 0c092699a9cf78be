import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxloop.settings")

app = Celery("cxloop")

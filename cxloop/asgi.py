"""The asynchronous role: `gunicorn --worker-class asgi cxloop.asgi:application`."""

import os
from importlib import import_module
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxloop.settings")
django.setup()

# Loaded by name, since models can only be imported once Django is set up.
application: Any = import_module("cxloop.live.app").application

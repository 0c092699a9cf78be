from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "cxloop.kernel"
    label = "kernel"

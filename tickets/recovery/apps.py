from django.apps import AppConfig


class RecoveryConfig(AppConfig):
    name = "tickets.recovery"
    label = "recovery"

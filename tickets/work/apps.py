from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "tickets.work"
    label = "work"

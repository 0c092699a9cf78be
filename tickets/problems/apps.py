from django.apps import AppConfig


class ProblemsConfig(AppConfig):
    name = "tickets.problems"
    label = "problems"

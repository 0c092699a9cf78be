from django.apps import AppConfig


class RulesConfig(AppConfig):
    name = "tickets.rules"
    label = "rules"

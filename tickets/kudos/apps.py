from django.apps import AppConfig


class KudosConfig(AppConfig):
    name = "tickets.kudos"
    label = "kudos"

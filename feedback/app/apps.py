from django.apps import AppConfig


class AppChannelConfig(AppConfig):
    name = "feedback.app"
    label = "app"

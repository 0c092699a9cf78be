from django.apps import AppConfig


class StoresChannelConfig(AppConfig):
    name = "feedback.stores"
    label = "stores"

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "feedback.web"
    label = "web"

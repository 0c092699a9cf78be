from django.apps import AppConfig


class EmailConfig(AppConfig):
    name = "feedback.email"
    label = "email"

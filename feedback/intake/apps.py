from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "feedback.intake"
    label = "intake"

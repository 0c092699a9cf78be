from django.apps import AppConfig
from django.core.checks import register

from feedback.web.languages import check_languages


class WebConfig(AppConfig):
    name = "feedback.web"
    label = "web"

    def ready(self) -> None:
        register(check_languages)

from django.apps import AppConfig


class EscalationConfig(AppConfig):
    name = "tickets.escalation"
    label = "escalation"

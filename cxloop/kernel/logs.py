"""JSON log lines, each with the id of the request or sweep it belongs to."""

import logging
import re
from contextvars import ContextVar
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")


# Addresses that let their holder in: a log is no place for them.
_SECRET_PATH = re.compile(r"(/(?:c|o|r|s|u|invitation|reset-password/\d+)/)[^\s/?\"']+")


class WithRequestId(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        asked = vars(record).pop("request", None)  # Django's: its address may be a secret one
        record.request_id = getattr(asked, "id", "") or request_id.get()
        record.msg, record.args = _SECRET_PATH.sub(r"\1…", record.getMessage()), None
        return True


_EVERY_SECOND = (
    "celery.worker.strategy",
    "celery.worker.request",
    "celery.app.trace",
    "celery.beat",
)


def logging_config(level: str) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": WithRequestId}},
        "formatters": {
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "format": "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s",
            }
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "json",
                "filters": ["request_id"],
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"level": "WARNING"},
            # A line for every sweep of every second says nothing; what fails still speaks.
            **{name: {"level": "WARNING"} for name in _EVERY_SECOND},
        },
    }

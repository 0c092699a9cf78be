"""What an app says of itself and its device, in words: the names are those that the API documents,
and everything else in the context stays as it came."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from feedback.intake.device import CONVENTIONAL

Told = tuple[str, str]


def device_told(context: Mapping[str, Any]) -> list[Told]:
    """Label and value of what was said of app and device, the app first."""
    return [(label, value) for label, value in _told(context) if value]


def further_context(context: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What else was sent; under a conventional name too, where it is no text and no number."""
    return [
        (name, value)
        for name, value in context.items()
        if name not in CONVENTIONAL or not _plain(value)
    ]


def _told(context: Mapping[str, Any]) -> Iterator[Told]:
    said = {name: _plain(context.get(name)) for name in CONVENTIONAL}
    build = f"({said['app_build']})" if said["app_build"] else ""
    yield _("App version"), _joined(said["app_version"], build)
    yield _("System"), _joined(said["os"], said["os_version"])
    yield _("Device"), said["device"]
    yield _("Screen"), said["screen"]
    yield _("Language"), said["locale"]
    yield _("By the device's clock"), said["device_time"]


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _plain(value: Any) -> str:
    is_plain = isinstance(value, str | int | float) and not isinstance(value, bool)
    return str(value).strip() if is_plain else ""

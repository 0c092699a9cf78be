"""What an app may say of itself in the context of a feedback. Pure.

The names are a convention: nothing is refused for want of them, and none is wrong. Releases are
compared by `app_version`.
"""

from typing import Any

APP_VERSION = "app_version"
DEVICE_TIME = "device_time"
CONVENTIONAL = {
    APP_VERSION: "as it is released, for example 4.2.1; releases are compared by it",
    "app_build": "for example 512",
    "os": "for example iOS",
    "os_version": "for example 18.1",
    "device": "the model, for example iPhone16,2",
    "locale": "of the app, for example ko-KR",
    "screen": "for example 1179x2556",
    DEVICE_TIME: "occurred_at by the device's clock, where a batch's sent_at corrected it",
}


def context_schema() -> dict[str, Any]:
    """For the description of the API."""
    properties = {
        name: {"type": ["string", "number"], "description": about}
        for name, about in CONVENTIONAL.items()
    }
    return {"properties": properties, "additionalProperties": True}

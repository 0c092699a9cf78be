from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "cxloop.kernel"
    label = "kernel"

    def ready(self) -> None:
        from cxloop.kernel import lookups  # noqa: F401, PLC0415

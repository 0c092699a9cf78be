from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cxloop.kernel.moment import moment
from cxloop.loop import late_sweeps


class Command(BaseCommand):
    help = "Fails when a sweep has not finished in time: the health check of worker and beat."

    def handle(self, *args: Any, **options: Any) -> None:
        late = late_sweeps(moment())
        if late:
            raise CommandError(f"late: {', '.join(late)}")
        self.stdout.write("every sweep keeps its time")

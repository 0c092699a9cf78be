from django.db import models


class Silence(models.Model):
    """Letters about this are not to leave, as long as the row is there. Who wants the silence calls
    back what waits; the row stops what was written in the same moment."""

    mark = models.CharField(max_length=60, unique=True)
    why = models.CharField(max_length=60)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.mark}: {self.why}"

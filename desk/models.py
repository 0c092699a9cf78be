from django.db import models


class SentForm(models.Model):
    """A form that has acted, by the digest of all it said: sent again it finds itself here."""

    digest = models.BinaryField(primary_key=True, max_length=32)
    sent_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["sent_at"], name="sent_form_age")]

    def __str__(self) -> str:
        return bytes(self.digest).hex()

"""Whether a letter may still leave, asked when it would."""

from cxloop.kernel.models import Letter, Silence


def why_not(letter: Letter) -> str:
    """The reason for which it is withdrawn, or blank. The letter must be locked."""
    if not letter.about:
        return ""
    silence = Silence.objects.filter(mark__in=letter.about).first()
    return silence.why if silence else ""

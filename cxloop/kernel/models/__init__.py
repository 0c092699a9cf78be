"""What every room may leave here: letters, files, and how the machine is."""

from cxloop.kernel.models.files import Content, File, FileQuerySet, LetterFile
from cxloop.kernel.models.holds import Hold, Whereabouts
from cxloop.kernel.models.letters import Letter, LetterQuerySet
from cxloop.kernel.models.silences import Silence
from cxloop.kernel.models.watch import Heartbeat, Incident

__all__ = [
    "Content",
    "File",
    "FileQuerySet",
    "Heartbeat",
    "Hold",
    "Incident",
    "Letter",
    "LetterFile",
    "LetterQuerySet",
    "Silence",
    "Whereabouts",
]

"""The parts of a mail: which are its words, and which are files. Pure.

A mail inside a mail is a file: it is never taken apart, so its words are nobody else's and what
nests in it costs nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.policy import compat32

MOST_PARTS = 200


class _Sealed(Message):
    """As the parser of the standard library asks before it opens a mail inside a mail."""

    def get_content_type(self) -> str:
        found = super().get_content_type()
        return found.replace("message/", "sealed/", 1) if found.startswith("message/") else found


# The old policy, since the new one gives up on many headers that real programs write.
POLICY = compat32.clone(message_factory=_Sealed)


@dataclass(frozen=True, slots=True)
class Part:
    """A part without parts. `among` says of which kind of multipart it is one."""

    message: Message
    among: str = ""

    @property
    def is_read(self) -> bool:
        """Text meant to be read in place."""
        if self.message.get_content_maintype() == "multipart":
            return True  # without parts it has lost its boundary: its words are there
        readable = self.message.get_content_type() in {"text/plain", "text/html"}
        is_attached = self.message.get_content_disposition() == "attachment"
        return readable and not is_attached and not self.message.get_filename()


def type_of(message: Message) -> str:
    """As the mail says it."""
    return message.get_content_type().replace("sealed/", "message/", 1)


def parts_of(message: Message) -> Iterator[Part]:
    """In the order in which they stand; none of what nests or follows beyond the first few
    hundred."""
    waiting, seen = [Part(message)], 0
    while waiting and seen < MOST_PARTS:
        part, seen = waiting.pop(), seen + 1
        inner = part.message.get_payload()
        if part.message.get_content_maintype() == "multipart" and isinstance(inner, list):
            among = part.message.get_content_subtype()
            found = (Part(each, among) for each in reversed(inner) if isinstance(each, Message))
            waiting.extend(found)
        else:
            yield part

"""Whether two mails are one message that came by two ways. Pure."""

import hashlib

from feedback.email.reading import ReadMail


def fingerprint_of(read: ReadMail) -> bytes | None:
    """Of what no server changes on the way. By the Message-ID alone it would not do: there are
    programs that give the same to all they send. None where nothing tells one from another that
    says the same words."""
    named = read.message_id or read.date
    if not named:
        return None
    told = (named, read.sender, read.subject, read.text)
    one_line = "\0".join(" ".join(part.split()) for part in told)
    return hashlib.sha256(one_line.encode("utf-8", "replace")).digest()

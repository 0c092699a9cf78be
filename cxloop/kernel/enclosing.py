"""A file as a part of a letter."""

from email.encoders import encode_base64
from email.mime.base import MIMEBase
from mimetypes import guess_type
from urllib.parse import quote

from cxloop.kernel.file_kinds import PAGE, TEXT
from cxloop.kernel.models import File

# Of a name that is not ASCII; in one piece a long one would be a line that no server takes.
LONGEST_PIECE = 60


def enclosed_part(file: File, body: bytes) -> MIMEBase:
    """Byte for byte, in four bytes for three, whatever it is: as lines of text its ends of line
    would be changed and Korean take nine bytes for three, and a letter within a letter that is no
    UTF-8 could not be written at all."""
    part = MIMEBase(*_type_of(file))
    if file.kind == TEXT:
        part.set_param("charset", "utf-8")
    part.set_payload(body)
    encode_base64(part)
    part["Content-Disposition"] = f"attachment; {_called(file.name)}"
    return part


def _type_of(file: File) -> tuple[str, str]:
    """By what a colleague called it, unless it is called what it is not: text, or a letter."""
    main, _, sub = (guess_type(file.name)[0] or "").partition("/")
    is_page = main == "text" and file.kind in {TEXT, PAGE}
    if is_page or main not in {"", "text", "message", "multipart"}:
        return main, sub
    return "application", "octet-stream"


def _called(name: str) -> str:
    """As RFC 2231 says it; a tidy name has no quotes and no backslashes."""
    if name.isascii():
        return f'filename="{name}"'
    pieces = ["utf-8''"]
    for letter in name:
        said = quote(letter, safe="")
        if len(pieces[-1]) + len(said) > LONGEST_PIECE:
            pieces.append("")
        pieces[-1] += said
    if len(pieces) == 1:
        return f"filename*={pieces[0]}"
    return "; ".join(f"filename*{number}*={piece}" for number, piece in enumerate(pieces))

"""Forms with files, as programs post them; byte by byte where they post them wrongly."""

import json
from typing import Any

BOUNDARY = "----of-this-form"
KIND = f"multipart/form-data; boundary={BOUNDARY}"

# The head of a part, and its body.
Part = tuple[str, bytes]


def said(body: Any, name: str = "feedback") -> Part:
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return f'Content-Disposition: form-data; name="{name}"', raw


def file(body: bytes, name: str = "screen.png", *, part: str = "screenshot") -> Part:
    head = f'Content-Disposition: form-data; name="{part}"; filename="{name}"'
    return f"{head}\r\nContent-Type: application/octet-stream", body


def form(*parts: Part, end: str = "--\r\n") -> bytes:
    written = [f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + body for head, body in parts]
    return b"".join(part + b"\r\n" for part in written) + f"--{BOUNDARY}{end}".encode()

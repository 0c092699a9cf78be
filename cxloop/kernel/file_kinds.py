"""What a file is, by its content, and what it may be called. Names and types that come with it are
claims: nothing is decided by them but the warning that it can run, whatever its content says."""

import re
import unicodedata
from codecs import getincrementaldecoder

LARGEST_FILE = 25 * 1024 * 1024
LONGEST_NAME = 200
PIECE = 64 * 1024

PICTURE, PDF, TEXT, PAGE, PROGRAM, OTHER = "picture", "pdf", "text", "page", "program", "other"
KINDS = (PICTURE, PDF, TEXT, PAGE, PROGRAM, OTHER)
DRAWN = (PICTURE, PDF)

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")
_PROGRAMS = (
    *(b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe"),
    *(b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"),
    b"L\x00\x00\x00\x01\x14\x02\x00",  # a shortcut of Windows, which can run anything
)
# What runs when it is opened, though its content is text, or an archive of another kind.
_RUN_BY_NAME = {
    *("apk", "bat", "cmd", "com", "cpl", "exe", "gadget", "hta", "inf", "ins", "iso", "jar"),
    *("js", "jse", "lnk", "msc", "msh", "msi", "msp", "pif", "ps1", "reg", "scf", "scr", "sh"),
    *("url", "vb", "vbe", "vbs", "wsf", "wsh"),
    *(
        "app",
        "chm",
        "command",
        "desktop",
        "dmg",
        "hlp",
        "img",
        "jnlp",
        "msix",
        "pkg",
        "vhd",
        "vhdx",
    ),
    *("docm", "dotm", "potm", "ppam", "ppsm", "pptm", "xlam", "xll", "xlsb", "xlsm", "xltm"),
}
# What a browser opens as a page, whatever it begins with: markup may follow the head of a picture.
_PAGE_BY_NAME = {"htm", "html", "mht", "mhtml", "shtml", "svg", "xht", "xhtml", "xml", "xsl"}
# Possessive: what does not begin as markup must not be looked through again for each of its blanks.
_MARKUP = re.compile(rb"\s*+(?:\xef\xbb\xbf)?+\s*+<[!?a-zA-Z]")

# Controls, and what turns the direction of writing: a name that ends in "\u202efdp.exe" would be
# read as one that ends in "exe.pdf".
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BARRED = re.compile(r'[\\/:*?"<>|]')


def kind_of(body: bytes, name: str) -> str:
    """One of KINDS, `name` being a tidy one. A page is markup that a browser would run; it is never
    shown as one."""
    ending = name.rpartition(".")[2].lower()
    if body.startswith(_PROGRAMS) or ending in _RUN_BY_NAME:
        return PROGRAM
    if ending in _PAGE_BY_NAME:
        return PAGE
    if body.startswith(_PICTURES) or (body[:4] == b"RIFF" and body[8:12] == b"WEBP"):
        return PICTURE
    if body.startswith(b"%PDF-"):
        return PDF
    if _MARKUP.match(body):
        return PAGE
    return TEXT if _is_text(body) else OTHER


def _is_text(body: bytes) -> bool:
    """Looked through piece by piece: one sign that is rare makes all the others take four bytes."""
    decode = getincrementaldecoder("utf-8")().decode
    try:
        for at in range(0, len(body), PIECE):
            is_last = at + PIECE >= len(body)
            if _CONTROLS.search(decode(body[at : at + PIECE], is_last)):
                return False
    except UnicodeDecodeError:
        return False
    return True


def tidy_name(said: str) -> str:
    """Without folders, controls and characters that a file system bars; composed, since a Mac sends
    each syllable of Hangul in its parts; never longer than LONGEST_NAME, its ending kept."""
    name = unicodedata.normalize("NFC", _UNSEEN.sub("", re.split(r"[\\/]", said)[-1]))
    name = _BARRED.sub("_", name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if dot and len(ending) <= 20:
        return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}" if stem else ending
    return name[:LONGEST_NAME] or "file"

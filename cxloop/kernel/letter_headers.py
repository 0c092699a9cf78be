"""What a letter says to mail programs. Pure."""


def headers_of(
    *, message_id: str, references: str = "", automatic: bool = False, unsubscribe: str = ""
) -> dict[str, str]:
    """Of an automatic letter also that nothing should answer it by itself: by RFC 3834, and as
    Exchange wants it said."""
    headers = {"Message-ID": message_id}
    if references:
        headers |= {"References": references, "In-Reply-To": references.split()[-1]}
    if automatic:
        headers |= {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    if unsubscribe:
        headers["List-Unsubscribe"] = f"<{unsubscribe}>"
    if unsubscribe.startswith("https://"):  # RFC 8058 knows no other
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers

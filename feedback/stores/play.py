"""Google Play: the monthly reviews of the Play Console as CSV, and reviews.list of the Developer
API as JSON. Pure.

Sources: support.google.com/googleplay/android-developer/answer/6135870 (the CSV is UTF-16, a row
a review as it stands; stars without words have no link), and
developers.google.com/android-publisher/api-ref/rest/v3/reviews.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from cxloop.kernel.errors import Refused
from feedback.stores.reading import (
    EPOCH,
    ReadReview,
    Store,
    ToldReply,
    Wording,
    link_of,
    no_time,
    of_iso,
    of_millis,
    stars_of,
    titled,
    told,
)

COLUMNS = ("Package Name", "Review Submit Millis Since Epoch", "Star Rating")
# How links to a review name it, now and in files of earlier years.
_NAMED_IN_LINK = ("reviewId", "reviewid", "ReviewPlace:id", "id")


def is_play_csv(header: list[str]) -> bool:
    return set(COLUMNS) <= set(header)


def read_play_row(row: Mapping[str, str], place: str) -> ReadReview:
    """Raises Refused."""
    submitted = _millis(row, "Review Submit")
    if submitted is None:
        raise Refused.at("/submitted", "no_time", "It does not say when it was submitted.")
    milliseconds = (submitted - EPOCH) // timedelta(milliseconds=1)
    names = (_id_in(row.get("Review Link", "")), f"{row['Package Name'].strip()}:{milliseconds}")
    text = titled(row.get("Review Title", ""), row.get("Review Text", ""))
    at = _millis(row, "Review Last Update") or submitted
    reply, remarks = _reply_of(row)
    return ReadReview(
        place=place,
        store=Store.GOOGLE_PLAY,
        names=tuple(name for name in names if name),
        wordings=(Wording(stars_of(row["Star Rating"]), text, at),),
        replies=reply,
        language=row.get("Reviewer Language", "").strip(),
        context=_context_of_row(row),
        remarks=remarks,
    )


def _context_of_row(row: Mapping[str, str]) -> dict[str, str]:
    return told(
        app=row["Package Name"],
        app_version=row.get("App Version Name", "") or row.get("App Version Code", ""),
        device=row.get("Device", ""),
        language=row.get("Reviewer Language", ""),
        review_link=link_of(row.get("Review Link", "")),
    )


def _millis(row: Mapping[str, str], what: str) -> datetime | None:
    if said := row.get(f"{what} Millis Since Epoch", "").strip():
        return of_millis(said)
    said = row.get(f"{what} Date and Time", "").strip()
    return of_iso(said) if said else None


def _reply_of(row: Mapping[str, str]) -> tuple[tuple[ToldReply, ...], tuple[str, ...]]:
    text = row.get("Developer Reply Text", "").strip()
    if not text:
        return (), ()
    try:
        at = _millis(row, "Developer Reply")
    except Refused as error:
        return (), (f"The reply was not taken: {error.detail}",)
    if at is None:
        return (), ("The reply was not taken: it does not say when it was written.",)
    return (ToldReply(text, at),), ()


def _id_in(link: str) -> str:
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return ""
    said = parse_qs(parts.query) | parse_qs(parts.fragment)
    found = next((said[name][0] for name in _NAMED_IN_LINK if name in said), "")
    return unquote(found).strip()[:200] if parts.hostname == "play.google.com" else ""


def is_play_json(page: Any) -> bool:
    return isinstance(page, dict) and isinstance(page.get("reviews"), list)


def read_play_review(said: Any, place: str) -> ReadReview:
    """Raises Refused."""
    if not isinstance(said, dict) or not isinstance(said.get("reviewId"), str):
        raise Refused.at("/reviewId", "missing", "A review has a reviewId.")
    spoken = sorted(_comments(said, "userComment"), key=_modified)
    replies = [reply for reply in _comments(said, "developerComment") if _text(reply)]
    if not spoken:
        raise Refused.at("/comments", "missing", "It has no userComment.")
    return ReadReview(
        place=place,
        store=Store.GOOGLE_PLAY,
        names=(said["reviewId"][:200],),
        wordings=tuple(map(_wording, spoken)),
        replies=tuple(ToldReply(_text(reply), _modified(reply)) for reply in replies),
        nickname=_said(said, "authorName"),
        language=_said(spoken[-1], "reviewerLanguage"),
        context=_context(spoken[-1]),
    )


def _comments(said: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Each comment is an object of one name: whose words it has."""
    comments = said.get("comments")
    listed = comments if isinstance(comments, list) else []
    named = [one.get(kind) for one in listed if isinstance(one, dict)]
    return [one for one in named if isinstance(one, dict)]


def _wording(comment: dict[str, Any]) -> Wording:
    return Wording(stars_of(comment.get("starRating")), _text(comment), _modified(comment))


def _text(comment: dict[str, Any]) -> str:
    """As it was written, not as it was translated; a title stands before a tab."""
    title, tab, text = (_said(comment, "originalText") or _said(comment, "text")).partition("\t")
    return titled(title, text) if tab else title.strip()


def _modified(comment: dict[str, Any]) -> datetime:
    """`{"seconds": "1791360000", "nanos": 415000000}`: a 64-bit number is text in its JSON."""
    said = comment.get("lastModified")
    try:
        seconds, nanos = int(said["seconds"]), int(said.get("nanos", 0))  # type: ignore[index,union-attr]
        return EPOCH + timedelta(seconds=seconds, microseconds=nanos // 1000)
    except (TypeError, KeyError, ValueError, AttributeError, OverflowError):
        raise no_time(said) from None


def _said(part: dict[str, Any], name: str) -> str:
    said = part.get(name)
    return "" if said is None or isinstance(said, (dict, list)) else str(said).strip()


def _context(comment: dict[str, Any]) -> dict[str, str]:
    metadata = comment.get("deviceMetadata")
    device = _said(metadata, "productName") if isinstance(metadata, dict) else ""
    system = _said(comment, "androidOsVersion")
    return told(
        app_version=_said(comment, "appVersionName") or _said(comment, "appVersionCode"),
        device=device or _said(comment, "device"),
        os=f"Android SDK {system}" if system else "",
        language=_said(comment, "reviewerLanguage"),
    )

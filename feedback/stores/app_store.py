"""App Store: customerReviews of the App Store Connect API as JSON, and the same as CSV, as the
tools that export them write it. Pure.

Source: developer.apple.com/documentation/appstoreconnectapi/get-v1-apps-_id_-customerreviews. Apple
tells when a review was written, and neither that nor when it was changed.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cxloop.kernel.errors import Refused
from feedback.intake.columns import Dates
from feedback.stores.reading import (
    ReadReview,
    Store,
    ToldReply,
    Wording,
    link_of,
    of_iso,
    stars_of,
    titled,
    told,
)

PUBLISHED = "PUBLISHED"

# What columns are called, with neither case nor anything but letters.
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "reviewid"),
    "rating": ("rating", "stars", "starrating", "score"),
    "created": ("createddate", "created", "reviewdate", "date"),
    "edited": ("lastmodifieddate", "lastmodified", "updateddate", "updated", "editeddate"),
    "title": ("title", "reviewtitle", "subject"),
    "body": ("body", "reviewbody", "review", "content", "text", "reviewtext"),
    "nickname": ("reviewernickname", "nickname", "author", "authorname", "username", "reviewer"),
    "territory": ("territory", "country", "countrycode", "storefront"),
    "version": ("appversion", "version", "versionstring", "appversionname"),
    "device": ("device", "devicemodel"),
    "os": ("os", "osversion"),
    "link": ("reviewlink", "link", "url", "reviewurl"),
    "reply": ("responsebody", "response", "developerresponse", "reply", "developerreply"),
    "replied": (
        *("responselastmodifieddate", "responsedate", "developerresponsedate"),
        *("replydate", "developerreplydate"),
    ),
    "state": ("responsestate", "replystate"),
}
NEEDED = ("id", "rating", "created", "territory")
_LETTERS = re.compile("[^a-z]")


def columns_of(header: list[str]) -> dict[str, str]:
    """By part of a review, the column that has it."""
    plain = {_LETTERS.sub("", name.lower()): name for name in reversed(header)}
    found = {part: [plain[n] for n in names if n in plain] for part, names in _COLUMNS.items()}
    return {part: columns[0] for part, columns in found.items() if columns}


def is_app_store_csv(header: list[str]) -> bool:
    return set(NEEDED) <= set(columns_of(header))


def read_app_store_row(
    row: Mapping[str, str], columns: Mapping[str, str], dates: Dates, place: str
) -> ReadReview:
    """Raises Refused."""
    said = {part: row[column].strip() for part, column in columns.items()}
    if not said["id"]:
        raise Refused.at("/id", "missing", "It has no id.")
    written = dates.read(said.get("edited", "") or said["created"])
    words = titled(said.get("title", ""), said.get("body", ""))
    reply, remarks = _reply_of_row(said, dates)
    return ReadReview(
        place=place,
        store=Store.APP_STORE,
        names=(said["id"][:200],),
        wordings=(Wording(stars_of(said["rating"]), words, written),),
        replies=reply,
        nickname=said.get("nickname", ""),
        context=_context_of_row(said),
        tells_edits=bool(said.get("edited")),
        remarks=remarks,
    )


def _context_of_row(said: Mapping[str, str]) -> dict[str, str]:
    return told(
        app_version=said.get("version", ""),
        device=said.get("device", ""),
        os=said.get("os", ""),
        territory=said["territory"],
        review_link=link_of(said.get("link", "")),
    )


def _reply_of_row(
    said: Mapping[str, str], dates: Dates
) -> tuple[tuple[ToldReply, ...], tuple[str, ...]]:
    text, state = said.get("reply", ""), said.get("state", "") or PUBLISHED
    if not text:
        return (), ()
    if state.upper() != PUBLISHED:
        return (), ("The reply was not taken: it is not published yet.",)
    if not said.get("replied"):
        return (), ("The reply was not taken: it does not say when it was written.",)
    try:
        return (ToldReply(text, dates.read(said["replied"])),), ()
    except Refused as error:
        return (), (f"The reply was not taken: {error.detail}",)


def is_app_store_json(page: Any) -> bool:
    """An empty page may be the last one of many."""
    return isinstance(page, dict) and (
        page.get("data") == []
        or any(isinstance(o, dict) and o.get("type") == "customerReviews" for o in reviews_in(page))
    )


def reviews_in(page: dict[str, Any]) -> list[Any]:
    """A page of them, or one read by itself."""
    data = page.get("data")
    return data if isinstance(data, list) else [data]


def responses_in(page: dict[str, Any]) -> dict[str, Any]:
    """By their own id, and by that of their review: which of the two names the other is not the
    same in every answer."""
    included = page.get("included")
    found: dict[str, Any] = {}
    for one in included if isinstance(included, list) else []:
        if isinstance(one, dict) and one.get("type") == "customerReviewResponses":
            found[f"response {one.get('id')}"] = one
            if review := _related(one, "review"):
                found[f"review {review}"] = one
    return found


def read_app_store_review(said: Any, responses: Mapping[str, Any], place: str) -> ReadReview:
    """Raises Refused."""
    if not isinstance(said, dict) or said.get("type") != "customerReviews":
        raise Refused.at("/type", "unknown_export", "This is not of the type customerReviews.")
    attributes = said.get("attributes")
    if not isinstance(said.get("id"), str) or not isinstance(attributes, dict):
        raise Refused.at("/id", "missing", "A review has an id and attributes.")
    response = responses.get(f"response {_related(said, 'response')}")
    reply, remarks = _reply_of(response or responses.get(f"review {said['id']}"))
    words = titled(_text(attributes, "title"), _text(attributes, "body"))
    at = of_iso(_text(attributes, "createdDate"))
    return ReadReview(
        place=place,
        store=Store.APP_STORE,
        names=(said["id"][:200],),
        wordings=(Wording(stars_of(attributes.get("rating")), words, at),),
        replies=reply,
        nickname=_text(attributes, "reviewerNickname"),
        context=told(territory=_text(attributes, "territory")),
        tells_edits=False,
        remarks=remarks,
    )


def _reply_of(response: Any) -> tuple[tuple[ToldReply, ...], tuple[str, ...]]:
    attributes = response.get("attributes") if isinstance(response, dict) else None
    if not isinstance(attributes, dict) or not (text := _text(attributes, "responseBody")):
        return (), ()
    if _text(attributes, "state").upper() not in ("", PUBLISHED):
        return (), ("The reply was not taken: it is not published yet.",)
    try:
        at: datetime = of_iso(_text(attributes, "lastModifiedDate"))
    except Refused as error:
        return (), (f"The reply was not taken: {error.detail}",)
    return (ToldReply(text, at),), ()


def _related(one: dict[str, Any], name: str) -> str:
    relation: Any = one
    for step in ("relationships", name, "data"):
        relation = relation.get(step) if isinstance(relation, dict) else None
    return str(relation.get("id", "")) if isinstance(relation, dict) else ""


def _text(attributes: dict[str, Any], name: str) -> str:
    said = attributes.get(name)
    return said.strip() if isinstance(said, str) else ""

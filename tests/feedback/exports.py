"""Exports of reviews as the stores write them, by hand: what a test does not say is sensible."""

import csv
import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PLAY_HEADER = [
    *("Package Name", "App Version Code", "App Version Name", "Reviewer Language", "Device"),
    *("Review Submit Date and Time", "Review Submit Millis Since Epoch"),
    *("Review Last Update Date and Time", "Review Last Update Millis Since Epoch"),
    *("Star Rating", "Review Title", "Review Text"),
    *("Developer Reply Date and Time", "Developer Reply Millis Since Epoch"),
    *("Developer Reply Text", "Review Link"),
]
APPLE_HEADER = [
    *("id", "rating", "title", "body", "reviewerNickname", "createdDate", "territory"),
    *("responseBody", "responseLastModifiedDate", "responseState"),
]
CONSOLE = "http://play.google.com/console/developers/5/app/4/user-feedback/review-details"


def millis(at: datetime) -> int:
    return (at - EPOCH) // timedelta(milliseconds=1)


def play_row(id: str = "gp:AOqpTOE1", **said: Any) -> list[str]:
    """`at` is when it was submitted, `edited` when it was last changed, `replied` when and what."""
    at, edited = said["at"], said.get("edited", said["at"])
    replied, reply = said.get("reply", (None, ""))
    words = said.get("text", "Crashes at checkout")
    facts = {
        "Package Name": "com.example.shop",
        "App Version Code": "412",
        "App Version Name": "4.1.2",
        "Reviewer Language": "en",
        "Device": "star2qltechn",
        "Review Submit Date and Time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Review Submit Millis Since Epoch": millis(at),
        "Review Last Update Date and Time": edited.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Review Last Update Millis Since Epoch": millis(edited),
        "Star Rating": said.get("stars", 1),
        "Review Title": said.get("title", ""),
        "Review Text": words,
        "Developer Reply Date and Time": replied.strftime("%Y-%m-%dT%H:%M:%SZ") if replied else "",
        "Developer Reply Millis Since Epoch": millis(replied) if replied else "",
        "Developer Reply Text": reply,
        "Review Link": f"{CONSOLE}?reviewId={id.replace(':', '%3A')}&corpus=PUBLIC_REVIEWS"
        if words
        else "",
    }
    return [str(said.get("columns", {}).get(name, facts[name])) for name in PLAY_HEADER]


def as_csv(*rows: list[str], header: list[str] = PLAY_HEADER) -> str:
    file = StringIO()
    csv.writer(file).writerows([header, *rows])
    return file.getvalue()


def write(path: Path, text: str, encoding: str = "utf-16") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def play_review(id: str = "gp:AOqpTOE1", **said: Any) -> dict[str, Any]:
    """As reviews.list answers: 64-bit numbers are text."""
    spoken = {
        "text": said.get("text", "\tCrashes at checkout"),
        "lastModified": _seconds(said["at"]),
        "starRating": said.get("stars", 1),
        "reviewerLanguage": said.get("language", "en"),
        "device": "star2qltechn",
        "androidOsVersion": 34,
        "appVersionCode": 412,
        "appVersionName": "4.1.2",
        "thumbsUpCount": 0,
        "deviceMetadata": {"productName": "star2qlte (Galaxy S9+)", "screenDensityDpi": 420},
    }
    comments = [{"userComment": spoken}]
    if "reply" in said:
        replied, text = said["reply"]
        reply = {"text": text, "lastModified": _seconds(replied)}
        comments.append({"developerComment": reply})
    return {"reviewId": id, "authorName": said.get("name", "Anna K."), "comments": comments}


def _seconds(at: datetime) -> dict[str, Any]:
    since = millis(at)
    return {"seconds": str(since // 1000), "nanos": since % 1000 * 1_000_000}


def apple_review(id: str = "00000028-b08c-0014-729e-fbd500000000", **said: Any) -> dict[str, Any]:
    return {
        "type": "customerReviews",
        "id": id,
        "attributes": {
            "rating": said.get("stars", 1),
            "title": said.get("title", "결제가 안 돼요"),
            "body": said.get("text", "업데이트 뒤로 결제 화면에서 꺼집니다."),
            "reviewerNickname": said.get("name", "부산사람"),
            "createdDate": said["at"].isoformat(),
            "territory": "KOR",
        },
        "relationships": {"response": {"data": said.get("response")}},
    }


def apple_page(*reviews: dict[str, Any], responses: Any = ()) -> str:
    """`responses` are (id, state, when, what)."""
    included = [
        {
            "type": "customerReviewResponses",
            "id": id,
            "attributes": {
                "responseBody": text,
                "lastModifiedDate": at.isoformat(),
                "state": state,
            },
        }
        for id, state, at, text in responses
    ]
    return json.dumps({"data": list(reviews), "included": included}, ensure_ascii=False)

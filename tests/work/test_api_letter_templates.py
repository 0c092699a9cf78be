"""The words of letters over REST …"""

from typing import Any

import pytest

from tests.cast import Cast, api
from tests.desk import test_api_schema

pytestmark = pytest.mark.django_db

WHERE = "/api/v1/letter-templates"
REMINDER = {"kind": "reminder", "language": "en", "body": "We wait. {number}"}


def in_force(cast: Cast, kind: str, language: str = "en") -> dict[str, Any]:
    rows = api(cast.auditor).get(WHERE).json()["letter_templates"]
    found: dict[str, Any] = next(r for r in rows if (r["kind"], r["language"]) == (kind, language))
    return found


def test_what_is_built_in_is_version_0(cast: Cast) -> None:
    found = in_force(cast, "question", "ko")
    assert (found["version"], found["built_in"], found["written_at"]) == (0, True, None)
    assert found["needed"] == ["number", "link"]
    assert found["subject"] == "문제가 해결되셨나요?"


def test_words_are_written_and_taken_back(cast: Cast) -> None:
    admin = api(cast.admin)
    written = admin.post(WHERE, REMINDER)
    assert (written.status_code, written.json()["version"]) == (201, 1)
    assert written.json()["written_by"]["name"] == "Admin"
    assert in_force(cast, "reminder")["body"] == "We wait. {number}"
    back = admin.post(WHERE, {**REMINDER, "body": ""}).json()
    assert (back["version"], back["built_in"]) == (2, True)
    assert in_force(cast, "reminder")["body"].startswith("We wait for your answer")
    versions = admin.get(f"{WHERE}/versions", {"kind": "reminder"}).json()["results"]
    assert [row["version"] for row in versions] == [2, 1]


def test_a_group_has_its_signature(cast: Cast) -> None:
    said = {"kind": "signature", "language": "ko", "group": "care", "body": "{team} 드림"}
    assert api(cast.admin).post(WHERE, said).json()["group"] == "care"
    assert in_force(cast, "signature", "ko")["body"] == "{team} 드림"
    unknown = api(cast.admin).post(WHERE, {**said, "group": "nowhere"})
    assert unknown.json()["errors"][0]["pointer"] == "/group"


def test_what_cannot_leave_is_refused_by_name(cast: Cast) -> None:
    said = {"kind": "question", "language": "en", "subject": "Well?", "body": "{number} {lnik}"}
    for where in (WHERE, f"{WHERE}/preview"):
        refused = api(cast.admin).post(where, said)
        assert refused.status_code == 422
        errors = {fault["code"]: fault["detail"] for fault in refused.json()["errors"]}
        assert errors["missing_variable"] == "{link} must stand in it."
        assert errors["unknown_variable"].startswith("{lnik} is none of")


def test_a_preview_writes_nothing(cast: Cast) -> None:
    shown = api(cast.admin).post(f"{WHERE}/preview", REMINDER).json()
    assert shown == {
        "subject": "Re: Parcel never arrived [T-1042]",
        "body": "We wait. T-1042",
    }
    assert in_force(cast, "reminder")["version"] == 0


def test_a_filter_nobody_knows_is_refused(cast: Cast) -> None:
    for said in ({"kind": "invoice"}, {"colour": "red"}):
        assert api(cast.admin).get(f"{WHERE}/versions", said).status_code == 422


def test_it_is_as_it_is_described(cast: Cast) -> None:
    admin, truth = api(cast.admin), test_api_schema.TestTruth()
    truth.fits(admin.post(WHERE, REMINDER).json(), "/api/v1/letter-templates", "post", "201")
    truth.fits(admin.get(WHERE).json(), "/api/v1/letter-templates")
    truth.fits(admin.get(f"{WHERE}/versions").json(), "/api/v1/letter-templates/versions")

"""The widget speaks every language of which there is a file; a file that is not whole is named."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from cxloop.kernel.moment import moment
from feedback.intake.models import Source
from feedback.web.actions import write_form
from feedback.web.gallery import CHECKOUT
from feedback.web.languages import SHIPPED, check_languages, read_languages, words_in
from feedback.web.words import ENGLISH

GERMAN = json.loads((SHIPPED / "de.json").read_text())


def in_german(value: Any) -> Any:
    """The document, with every text in German as well."""
    if isinstance(value, list):
        return [in_german(one) for one in value]
    if isinstance(value, dict) and value.keys() == {"en", "ko"}:
        return {**value, "de": value["en"]}
    return {k: in_german(v) for k, v in value.items()} if isinstance(value, dict) else value


def test_ours_are_whole() -> None:
    assert set(read_languages(SHIPPED)) == {"de", "es", "fr", "ja"}
    assert check_languages() == []


@pytest.mark.parametrize(
    ("asked", "send"), [("de-AT", "Senden"), ("ko", "보내기"), ("tlh", "Send")]
)
def test_the_nearest_is_spoken(asked: str, send: str) -> None:
    assert words_in(asked)["send"] == send


def test_a_page_is_told_the_words_of_its_form(client: Client, shop: Source, pk: str) -> None:
    document = in_german(CHECKOUT)
    write_form(shop, slug="de", name="De", document=document, by=None, now=moment())
    told = client.get("/w/config", {"key": pk, "language": "de-DE"}).json()
    assert (told["language"], told["words"]["send"]) == ("de", "Senden")
    assert told["words"]["faults"]["phone"] == GERMAN["faults"]["phone"]


def test_the_operators_come_first(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "nl.json").write_text(json.dumps({**GERMAN, "send": "Versturen"}))
    (tmp_path / "de.json").write_text(json.dumps({**GERMAN, "send": "Abschicken"}))
    settings.LANGUAGES_FOLDER = str(tmp_path)
    assert [words_in(one)["send"] for one in ("nl", "de", "fr")] == [
        "Versturen",
        "Abschicken",
        "Envoyer",
    ]


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"send": None}, "nl.json, send"),
        ({"widget": {"close": "x"}}, "nl.json, widget"),
        ({"sned": "x"}, "nl.json, sned"),
    ],
)
def test_what_is_not_whole_is_named_at_the_start(
    tmp_path: Path, settings: Any, wrong: dict[str, Any], place: str
) -> None:
    (tmp_path / "nl.json").write_text(json.dumps({**GERMAN, **wrong}))
    settings.LANGUAGES_FOLDER = str(tmp_path)
    (said,) = check_languages()
    assert place in said.msg


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="names no folder"):
        read_languages(tmp_path / "nowhere")


def test_english_says_all_that_a_file_must() -> None:
    assert GERMAN.keys() <= ENGLISH.keys()

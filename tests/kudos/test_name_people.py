"""named_in …"""

import time
from unicodedata import normalize

import pytest

from tickets.kudos.names import call_book, named_in

HOUSE = {
    1: "Eva Müller",
    2: "Tom Baker",
    3: "Eva Smith",
    4: "김민수",
    5: "박보람",
    6: "이민수",
    7: "남궁서연",
    8: "Anne-Marie O'Neil",
    9: "Jo B",
    10: "이상해",
    11: "정 하나",
    12: "Łukasz Straße",
    13: "Will Turner",
}

SAID = [
    # The whole name, and parts that only one of them has.
    ("Eva Müller was wonderful", {1}),
    ("eva MÜLLER was wonderful", {1}),
    (normalize("NFD", "Thanks to Müller."), {1}),
    ("Müller's patience saved my day", {1}),
    ("Thank you Tom!", {2}),
    ("(Baker)", {2}),
    ("Mr. Baker and Mrs. Smith", {2, 3}),
    ("Łukasz, thank you. STRASSE!", {12}),
    # Whom two could be meant by.
    ("Eva was wonderful", set()),
    ("Eva and Tom", {2}),
    # On word boundaries.
    ("Tomorrow I go to the Bakery", set()),
    ("atom", set()),
    ("tom_baker@shop.example", set()),
    # The parts as they are written, not their halves; too short to be a name.
    ("Anne-Marie helped", {8}),
    ("Anne Marie helped", {8}),
    ("Anne helped", set()),
    ("O'Neil helped, O’Neil did", {8}),
    ("plan B", set()),
    # A part alone is written as a name, and is no word that begins a sentence.
    ("I thank tom, he knows", set()),
    ("EVA SMITH AND TOM", {2, 3}),
    ("Will you come back in may? Will do", set()),
    ("Ms. Turner, Will Turner", {13}),
    ("will turner was great", {13}),
    ("Jo helped", {9}),
    # Hangul: endings and titles follow; other words do not.
    ("김민수 상담원 최고예요", {4}),
    ("김민수님 감사합니다", {4}),
    ("김민수님이 도와주셨어요", {4}),
    ("상담원 김민수가 친절했습니다", {4}),
    ("상담원김민수님", {4}),
    (normalize("NFD", "김민수 님 감사합니다"), {4}),
    ("김민수산 굴비가 맛있어요", set()),
    ("대김민수", set()),
    ("서비스가 이상해요 라고 했는데 해결", set()),
    ("정하나 매니저님 감사해요", {11}),
    # Without the family name only as somebody is called.
    ("보람님 덕분입니다", {5}),
    ("보람 씨 고마워요", {5}),
    ("보람매니저님 최고", {5}),
    ("일하는 보람을 느낍니다", set()),
    ("보람 있는 하루", set()),
    ("하나도 안 아팠어요", set()),
    ("민수님 감사합니다", set()),
    ("서연님 감사합니다", {7}),
    ("남궁서연님", {7}),
    # Both scripts in one word.
    ("Tom님 thank you", {2}),
    ("", set()),
    ("Great shop!", set()),
]


@pytest.mark.parametrize(("words", "named"), SAID)
def test_who_stands_in_the_words(words: str, named: set[int]) -> None:
    assert named_in(words, call_book(HOUSE)) == named


def test_who_signs_does_not_praise_a_namesake() -> None:
    book = call_book({1: "Eva Müller", 2: "Tom Baker", 4: "김민수"})
    assert named_in("Thanks, Tom! Yours, Eva", book, own="Eva Jones") == {2}
    assert named_in("감사합니다. 김민수", book, own="김민수") == set()
    assert named_in("Eva Müller was great. Eva", book, own="Eva Jones") == {1}


def test_two_of_one_name_are_nobody() -> None:
    assert named_in("Ada King, 김민수님", call_book({1: "Ada King", 2: "Ada King"})) == set()
    assert named_in("김민수님", call_book({1: "김민수", 2: "김 민수"})) == set()


@pytest.mark.parametrize(
    "name", ["(a+)+$", ".*", "[", "\\", "  ", "", "%s %s", "a" * 120, "' OR 1=1 --", "🙂", "\u200b"]
)
def test_a_hostile_name_is_no_pattern(name: str) -> None:
    found = named_in("aaaaaaaaaaaaaaaaaaaaaaaa! and Tom", call_book({1: name, 2: "Tom Baker"}))
    assert found == {2}


def test_ten_thousand_characters_and_two_hundred_people_take_a_moment() -> None:
    names = [f"Name{n} " + " ".join("ab"[i % 2] * 2 for i in range(n % 40)) for n in range(100)]
    korean = [f"김{chr(0xAC00 + n)}{chr(0xB000 + n)}" for n in range(100)]
    book = call_book(dict(enumerate(names + korean)))
    texts = ("aa bb " * 1_700, "김가나님" * 2_500, "상담원" * 3_300, "김 " * 5_000, "é" * 10_000)
    begun = time.perf_counter()
    for text in texts:
        named_in(text[:10_000], book)
    assert time.perf_counter() - begun < 1.0

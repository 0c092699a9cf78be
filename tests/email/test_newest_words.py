"""newest_words …"""

import pytest

from feedback.email.quotes import newest_words

NEW = "Still nothing arrived."
OLD = "We sent it on Monday.\nYours, the shop"

SAID_WHO_WROTE = [
    "On Sat, Nov 21, 2026 at 9:00 AM Shop <care@shop.example> wrote:",
    "On Sat, Nov 21, 2026 at 9:00 AM Shop\n<care@shop.example>\nwrote:",
    "Am Sa., 21. Nov. 2026 um 09:00 Uhr schrieb Shop <care@shop.example>:",
    "Le sam. 21 nov. 2026 à 09:00, Shop <care@shop.example> a écrit :",
    "El sáb, 21 nov 2026 a las 9:00, Shop (<care@shop.example>) escribió:",
    "Il giorno sab 21 nov 2026 alle ore 09:00 Shop <care@shop.example> ha scritto:",
    "Em sáb., 21 de nov. de 2026 às 09:00, Shop <care@shop.example> escreveu:",
    "Op za 21 nov 2026 om 09:00 schreef Shop <care@shop.example>:",
    "W dniu sob., 21.11.2026 o 09:00 Shop <care@shop.example> napisał(a):",
    "Den lör 21 nov. 2026 kl 09:00 skrev Shop <care@shop.example>:",
    "la 21. marrask. 2026 klo 9.00 Shop (care@shop.example) kirjoitti:",
    "сб, 21 нояб. 2026 г. в 09:00, Shop <care@shop.example>:",
    "21 ноября 2026 г., 9:00 пользователь Shop <care@shop.example> написал:",
    "Shop <care@shop.example>, 21 Kas 2026 Cmt, 09:00 tarihinde şunu yazdı:",
    "Vào 09:00, Th 7, 21 thg 11, 2026 Shop <care@shop.example> đã viết:",
    "2026년 11월 21일 (토) 오전 9:00, 쇼핑몰 <care@shop.example>님이 작성:",
    "2026. 11. 21. 오전 9:00, 쇼핑몰 <care@shop.example> 작성:",
    "2026年11月21日(土) 9:00 Shop <care@shop.example>:",
    "Shop <care@shop.example> 于2026年11月21日周六 09:00写道：",
    "On Wed, 14 Nov 2018 08:14:43 -0200 Shop <care@shop.example> wrote",
    "-----Original Message-----",
    "-----Ursprüngliche Nachricht-----",
    "-----원본 메시지-----",
    "---------- 원본 메일 ----------",
    "From: Shop <care@shop.example>\nSent: Saturday, 21 November 2026 09:00\nTo: Kim",
    "Von: Shop <care@shop.example>\nGesendet: Samstag, 21. November 2026 09:00\nAn: Kim",
    "Date: Sat, 21 Nov 2026 09:00\nSubject: Your parcel\nFrom: care@shop.example\nTo: Kim",
    "====\n\nVon: Shop <care@shop.example>\nGesendet: Samstag\nAn: Kim",
    "보낸 사람: 쇼핑몰 <care@shop.example>\n보낸 날짜: 2026년 11월 21일 토요일\n받는 사람: 김서연",
    "差出人: Shop <care@shop.example>\n送信日時: 2026年11月21日 9:00\n宛先: Kim",
]


@pytest.mark.parametrize("header", SAID_WHO_WROTE)
def test_it_ends_where_the_old_mail_begins(header: str) -> None:
    assert newest_words(f"{NEW}\n\n{header}\n\n{OLD}") == NEW


@pytest.mark.parametrize("header", SAID_WHO_WROTE[:19])
def test_it_leaves_out_what_is_quoted_line_by_line(header: str) -> None:
    quoted = "\n".join(f"> {line}" for line in OLD.splitlines())
    assert newest_words(f"{NEW}\n\n{header}\n{quoted}\n") == NEW


def test_it_finds_an_answer_below_and_in_between() -> None:
    text = f"{SAID_WHO_WROTE[0]}\n> When?\nOn Friday.\n> Which?\nThe blue one.\n"
    assert newest_words(text) == "On Friday.\nThe blue one."


def test_it_knows_the_end_of_a_quoted_line_that_was_broken() -> None:
    long = "> We sent it on Monday, and we can only say that the parcel of which you\nasked is"
    assert newest_words(f"{NEW}\n\n{SAID_WHO_WROTE[0]}\n{long}\n> on its way.") == NEW


@pytest.mark.parametrize(
    "sign",
    [
        *("-- \nSeoyeon Kim\nFarm Road 1", "__\nshoppers mailing list"),
        *("Sent from my iPhone", "Von meinem iPhone gesendet", "나의 iPhone에서 보냄"),
        *("Envoyé de mon iPhone", "Enviado desde mi iPhone", "iPhoneから送信"),
        "Get Outlook for Android\n\n",
    ],
)
def test_it_leaves_out_the_signature(sign: str) -> None:
    assert newest_words(f"{NEW}\n\n{sign}") == NEW


@pytest.mark.parametrize(
    "text",
    [
        "On Monday my husband wrote:\nyour driver was rude.",
        "On 3 November I called you.\nOn 5 November nobody came.",
        "From: the warehouse\nTo: my house\nit took a month.",
        "I paid -- twice -- for it.",
        "Two prices:\n-- 10\n-- 20",
        "Date: Monday\nFrom: the warehouse\nit took a month.",
        "It came.\n-----\nBroken.\n-----",
        "보낸 사람이 누구인지 모르겠어요.",
        "제 메일은 누가 작성: 확인해 주세요.",
    ],
)
def test_it_takes_nothing_that_the_customer_says(text: str) -> None:
    assert newest_words(text) == text


@pytest.mark.parametrize("subject", ["Fwd: Your parcel", "FW: x", "WG: x", "전달: x", "TR : x"])
def test_it_tells_a_forwarded_mail_whole(subject: str) -> None:
    text = f"See below.\n\n{SAID_WHO_WROTE[-4]}\n\n{OLD}"
    assert newest_words(text, subject=subject) == text


def test_it_keeps_all_where_nothing_would_be_left() -> None:
    assert newest_words("> only\n> quoted") == "> only\n> quoted"
    assert newest_words("-----Original Message-----\nHello") == "-----Original Message-----\nHello"


def test_a_sentence_right_above_the_old_mail_stays() -> None:
    text = f"On Friday I want it.\n{SAID_WHO_WROTE[0]}\n> Tell us when."
    assert newest_words(text) == "On Friday I want it."

import re
import time

import pytest

from cxloop.kernel.letter_page import as_page


def said(text: str) -> str:
    page = as_page(text, title="x")
    found = re.search(r'<main dir="auto">\n(.*)\n</main>', page, re.DOTALL)
    assert found
    return found[1]


def links(text: str) -> list[str]:
    return re.findall(r'<a href="([^"]*)">', said(text))


def test_paragraphs_and_lines_stay() -> None:
    assert said("Hello,\nwe look.\n\n\nBye") == (
        '<p dir="auto">Hello,<br>\nwe look.</p>\n<p dir="auto">Bye</p>'
    )


def test_nothing_in_the_words_is_markup() -> None:
    page = as_page('<script>x</script> & "y"', title="</title><script>", language='"><b>')
    assert "<script>" not in page
    assert "<b>" not in page
    assert "&lt;script&gt;x&lt;/script&gt; &amp; &quot;y&quot;" in page


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("See https://shop.example/c/12-1.Ab_c-D.", "https://shop.example/c/12-1.Ab_c-D"),
        ("(https://shop.example/a)", "https://shop.example/a"),
        ("https://shop.example/a_(b)", "https://shop.example/a_(b)"),
        ("<https://shop.example/a?b=1&c=2>", "https://shop.example/a?b=1&amp;c=2"),
        ("https://shop.example/a에서 알려 주세요", "https://shop.example/a"),
        ("https://shop.example/상품/목록 참고", "https://shop.example/상품/목록"),
        (
            "https://shop.example/a?번호=1&이름=김 참고",
            "https://shop.example/a?번호=1&amp;이름=김",
        ),
        ("https://shop.example/a?번호=A-1에서", "https://shop.example/a?번호=A-1"),
        ('http://shop.example/"onclick="x', "http://shop.example/"),
    ],
)
def test_an_address_is_a_link_as_far_as_it_goes(text: str, link: str) -> None:
    assert links(text) == [link]


def test_only_addresses_of_the_web_are_links() -> None:
    assert (
        links("javascript:alert(1) data:text/html,x mailto:a@b.example ftp://x shop.example") == []
    )


def test_the_words_around_links_stay() -> None:
    plain = re.sub(r"<[^>]+>", "", said("a https://x.example, b https://y.example. c"))
    assert plain == "a https://x.example, b https://y.example. c"


def test_what_is_quoted_stands_in_quotes_as_deep_as_it_was() -> None:
    assert said("Yes.\n> Is it?\n> > Where?\n>\n>Bye\nNo.").replace(' dir="auto"', "") == (
        "<p>Yes.</p>\n<blockquote>\n<p>Is it?</p>\n<blockquote>\n<p>Where?</p>\n</blockquote>\n"
        "<p>Bye</p>\n</blockquote>\n<p>No.</p>"
    )


def test_the_signature_is_told_from_what_was_said() -> None:
    shown = said("Hello.\n\n-- \nKim\nCare")
    assert shown.endswith(
        '<div class="signature" dir="auto">\n<p dir="auto">Kim<br>\nCare</p>\n</div>'
    )
    assert "-- " not in shown


def test_it_says_its_language_and_its_direction() -> None:
    assert '<html lang="ko" dir="auto">' in as_page("안녕", title="x", language="ko")


def test_korean_words_are_not_broken_within() -> None:
    assert "main:lang(ko) { word-break: keep-all; }" in as_page("안녕", title="x", language="ko")


def test_it_fetches_nothing() -> None:
    page = as_page("Hello https://shop.example/a.png", title="x", language="en")
    assert not re.search(r"<img|<script|<link|src=|url\(|@import", page)


def test_columns_stay_where_they_were() -> None:
    assert said("a   b") == '<p dir="auto">a&nbsp;&nbsp; b</p>'


@pytest.mark.parametrize(
    "text",
    [">" * 20_000, "https://" * 2_500, "http://x" + ")" * 19_992, "> " * 10_000, " " * 20_000],
)
def test_whatever_is_typed_takes_no_time(text: str) -> None:
    begin = time.monotonic()
    assert as_page(text, title="x")
    assert time.monotonic() - begin < 1

import pytest

from tickets.rules.script import dominant_script, language_of

TEXTS = [
    ("Parcel never arrived", "Latin"),
    ("배송이 늦어요", "Hangul"),
    ("LG전자 서비스가 너무 느립니다", "Hangul"),
    ("ㅠㅠ", "Hangul"),
    ("商品を返品したい", "Kana"),
    ("ﾊﾝｶｸ", "Kana"),
    ("退款还没有到账", "Han"),
    ("优の良品退款还没有到账请尽快处理谢谢", "Han"),
    ("Посылка не пришла", "Cyrillic"),
    ("لم تصل الشحنة", "Arabic"),
    ("ＡＢＣ", "Latin"),
    ("ᚠᚢᚦ", "Other"),
    ("123 !? 👎", None),
    ("", None),
]


@pytest.mark.parametrize("text, script", TEXTS)
def test_it_takes_the_script_of_most_letters(text, script):
    assert dominant_script(text) == script


LOCALES = [
    ("ko-KR", "Latin", "ko"),
    ("PT_br", None, "pt"),
    ("fil", None, "fil"),
    ("", "Hangul", "ko"),
    ("", "Kana", "ja"),
    ("", "Latin", None),
    ("?", "Thai", "th"),
    ("", None, None),
]


@pytest.mark.parametrize("locale, script, language", LOCALES)
def test_it_believes_the_locale_before_the_script(locale, script, language):
    assert language_of(locale, script) == language

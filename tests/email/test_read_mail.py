"""read_mail …"""

import time

import pytest

from feedback.email.reading import LONGEST_TEXT, NO_WORDS, NotAMail, read_mail
from tests.email.mails import CUSTOMER, in_parts, written


def quoted_printable(text: str, charset: str) -> str:
    return "".join(f"={byte:02X}" for byte in text.encode(charset))


class TestItFindsTheWords:
    def test_in_plain_text(self) -> None:
        assert read_mail(written("Hello.\r\n\r\n\r\n\r\nBroken.  \r\n")).text == "Hello.\n\nBroken."

    @pytest.mark.parametrize(
        ("said", "real"),
        [
            *(("EUC-KR", "cp949"), ("ks_c_5601-1987", "cp949"), ("utf-8", "utf-8")),
            *(("gb2312", "gb18030"), ("iso-8859-1", "utf-8"), ("", "cp949"), ("", "utf-8")),
            *(("no-such-charset", "utf-8"), ("base64", "utf-8"), ("us-ascii", "utf-8")),
            ("utf-8", "cp949"),
        ],
    )
    def test_in_any_charset_rightly_or_wrongly_named(self, said: str, real: str) -> None:
        text = "똠방각하, 배송이 아직도 오지 않았습니다. 환불해 주세요."
        kind = f"text/plain; charset={said}" if said else "text/plain"
        raw = written(text.encode(real), Content_Type=kind, Content_Transfer_Encoding="8bit")
        assert read_mail(raw).text == text

    def test_in_the_plain_one_of_two_alternatives(self) -> None:
        body, kind = in_parts(
            "Content-Type: text/plain\n\nPlain.", "Content-Type: text/html\n\n<p>Marked up.</p>"
        )
        assert read_mail(written(body, Content_Type=kind)).text == "Plain."

    def test_in_html_without_its_markup_and_what_it_hides(self) -> None:
        body = (
            '<?xml version="1.0"?><!DOCTYPE html>'
            "<html><head><title>No</title><style>p{}</style></head><body><!-- <b>no</b> -->"
            "<p>배송이&nbsp;늦어요 <b>very</b> late &lt;3</p><script>no()</script><div>a<br>b</div>"
        )
        raw = written(body, Content_Type="text/html; charset=utf-8")
        assert read_mail(raw).text == "배송이 늦어요 very late <3\n\na\nb"

    def test_not_in_attachments_nor_in_attached_mails(self) -> None:
        body, kind = in_parts(
            "Content-Type: text/plain\n\nSee the file.",
            "Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nsecret",
            "Content-Type: message/rfc822\n\nSubject: other\n\nanother's words",
        )
        assert read_mail(written(body, Content_Type=kind)).text == "See the file."

    def test_in_the_subject_where_there_are_no_others(self) -> None:
        assert read_mail(written(" \n")).text == "Where is my parcel?"
        assert read_mail(written("", Subject="")).text == NO_WORDS

    def test_up_to_the_limit_of_a_comment(self) -> None:
        assert len(read_mail(written("word " * 5_000)).text) == LONGEST_TEXT

    def test_without_what_cannot_be_stored(self) -> None:
        assert read_mail(written("a\x00b")).text == "a\ufffdb"

    def test_in_a_multipart_that_lost_its_boundary(self) -> None:
        raw = written("The words.", Content_Type="multipart/mixed")
        assert read_mail(raw).text == "The words."


class TestItFindsTheSender:
    @pytest.mark.parametrize(
        ("header", "found"),
        [
            ("Kim <Kim@Customer.example>", ("Kim", "kim@customer.example")),
            ("kim@customer.example", ("", "kim@customer.example")),
            ("=?EUC-KR?Q?=B1=E8=BC=AD=BF=AC?= <kim@a.example>", ("김서연", "kim@a.example")),
            ("김서연 <kim@a.example>", ("김서연", "kim@a.example")),
            ('"Kim, S." <kim@a.example>', ("Kim, S.", "kim@a.example")),
            ("Kim kim@a.example", ("Kim", "kim@a.example")),
            ("a@a.example kim@a.example", ("", "a@a.example")),
            ("kim@a.example (Seoyeon Kim)", ("Seoyeon Kim", "kim@a.example")),
            ('<<<(("', ("", "")),
            ("undisclosed:;", ("", "")),
            ("", ("", "")),
            ("=?utf-8?q?Kim=0D=0ABcc:_x@y.example?= <kim@a.example>", None),
        ],
    )
    def test_however_it_is_written(self, header: str, found: tuple[str, str] | None) -> None:
        read = read_mail(written(From=header))
        assert "\n" not in read.sender_name
        assert "\r" not in read.sender_name
        if found:
            assert (read.sender_name, read.sender) == found
        else:
            assert read.sender == "kim@a.example"

    def test_in_reply_to_where_a_form_writes_from_nobody(self) -> None:
        raw = written(From="Shop <no-reply@shop.example>", Reply_To=f"Kim <{CUSTOMER}>")
        read = read_mail(raw)
        assert (read.sender, read.sender_name, read.automatic) == (CUSTOMER, "Kim", "")


class TestItMendsTheHeaders:
    def test_where_a_line_breaks_them_off(self) -> None:
        raw = b"X-Spam: soft\nquite Delivered-To: a@a.example\n__\n" + written("The words.")
        read = read_mail(raw)
        assert (read.sender, read.subject) == (CUSTOMER, "Where is my parcel?")
        assert read.text == "The words."

    def test_where_a_blank_stands_before_the_colon(self) -> None:
        raw = written("The words.").replace(b"From:", b"From  :").replace(b"Subject:", b"Subject :")
        read = read_mail(raw)
        assert (read.sender, read.subject) == (CUSTOMER, "Where is my parcel?")

    def test_but_not_where_the_words_stand_right_below(self) -> None:
        raw = b"From: kim@a.example\nSubject: Hi\nThe parcel\nis late.\n\nToday : too.\n"
        assert read_mail(raw).text == "The parcel\nis late.\n\nToday : too."

    def test_of_a_boundary_without_its_quotes(self) -> None:
        body, _ = in_parts("Content-Type: text/plain\n\nThe words.")
        body = body.replace("--edge", "------=_Next.Part")
        raw = written(body, Content_Type="multipart/mixed; boundary=----=_Next.Part")
        assert read_mail(raw).text == "The words."


class TestNoHeaderInjects:
    def test_a_line_end_in_an_encoded_subject_is_a_space(self) -> None:
        read = read_mail(written(Subject="=?utf-8?q?Hi=0D=0ABcc:_victim@x.example?="))
        assert read.subject == "Hi Bcc: victim@x.example"

    def test_folded_and_endless_subjects_stay_one_short_line(self) -> None:
        read = read_mail(written(Subject="a\n b\n\tc " + "x" * 100_000))
        assert read.subject.startswith("a b c x")
        assert len(read.subject) == 400


class TestItNeverFails:
    @pytest.mark.parametrize("deep", [50, 500, 5_000])
    def test_on_nests_of_parts(self, deep: int) -> None:
        nests = b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(deep)
        )
        raw = b"From: kim@a.example\nSubject: Deep\n" + nests + b"\nThe words.\n"
        assert read_mail(raw).subject == "Deep"

    @pytest.mark.parametrize(
        "raw",
        [
            written(To="(" * 50_000),
            written(From='"' * 50_000),
            written(From="a," * 50_000),
            written(Subject="=?utf-8?q?a?= " * 20_000),
            written(Content_Type="text/plain; " + "; ".join(f"x*{n}*=''a" for n in range(500))),
            written(Content_Type='multipart/mixed; boundary=""'),
            written(Content_Type=";;;/"),
            written(Content_Transfer_Encoding="base64", body="@@@@="),
            written(Content_Transfer_Encoding="x-uuencode", body="begin\n!!!!"),
            written(Date="Fri, 99 Foo 20999 99:99:99"),
            written("<" * 300_000, Content_Type="text/html"),
            written("<!--" * 100_000, Content_Type="text/html"),
            written("On 21 wrote:\n" * 20_000),
            written("> " * 200_000),
            written(b"\xff\xfe\x00" * 1_000),
        ],
    )
    def test_on_what_is_written_to_break_it(self, raw: bytes) -> None:
        began = time.process_time()
        read_mail(raw)
        assert time.process_time() - began < 4

    @pytest.mark.parametrize("raw", [b"", b"\n", b"\x00\x01\x02", b"just words", b"X: y\n\nwords"])
    def test_but_says_what_is_no_mail(self, raw: bytes) -> None:
        with pytest.raises(NotAMail):
            read_mail(raw)

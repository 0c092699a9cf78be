"""fetch takes a file from the public internet, from nowhere else, and not for ever."""

from ipaddress import ip_address
from time import monotonic

import pytest

from cxloop.kernel.reaching import is_public
from tests.sla.serving import Answer, serving
from tickets.sla.fetching import NotFetched, fetch, flaw_of


def this_machine(number):
    return number.is_loopback


def failure(address, *, may_reach=this_machine, **options):
    with pytest.raises(NotFetched) as failed:
        fetch(address, most=1000, may_reach=may_reach, **options)
    return str(failed.value)


def failure_of(answer, **options):
    with serving(answer) as address:
        return failure(address, **options)


def test_it_takes_the_file():
    answer = Answer(body=b"BEGIN:VCALENDAR")
    with serving(answer) as address:
        assert fetch(address, most=1000, may_reach=this_machine) == b"BEGIN:VCALENDAR"
    assert answer.paths == ["/holidays.ics?year=2026"]


def test_it_does_not_even_knock_on_this_machine():
    answer = Answer()
    with serving(answer) as address:
        for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0x7f.1", "2130706433"):
            asked = address.replace("127.0.0.1", host)
            assert "public internet" in failure(asked, may_reach=is_public), host
    assert answer.paths == []


NOT_PUBLIC = [
    *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255"),
    *("240.0.0.1", "::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1"),
    *("::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1"),
    *("64:ff9b:1::1", "2002:7f00:1::", "2001:0:53aa:64c:0:0:0:1"),
]


@pytest.mark.parametrize("number", NOT_PUBLIC)
def test_it_reaches_no_number_that_is_not_everybodys(number):
    assert not is_public(ip_address(number))


@pytest.mark.parametrize(
    "number", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1"]
)
def test_it_reaches_what_is_everybodys(number):
    assert is_public(ip_address(number))


@pytest.mark.parametrize(
    "address",
    [
        *("", "holidays.ics", "ftp://calendar.example/a.ics", "file:///etc/passwd", "https://"),
        *("webcal://calendar.example/a.ics", "https://calendar.example:99999/", "//a.example/b"),
        *("https://calendar.example:0/", "https://a.example/b c", "https://a.example/\r\nX: y"),
        *("https://user:secret@a.example/b.ics", "https://@a.example/", "https://ä.example/"),
        *("https://[::1/", "https://a.example/" + "x" * 500),
    ],
)
def test_it_takes_no_other_address(address):
    assert flaw_of(address)
    assert failure(address) == flaw_of(address)


def test_it_takes_a_plain_address():
    assert flaw_of("https://calendar.example:8443/holidays.ics?year=2026") == ""


def test_it_follows_nowhere():
    answer = Answer(status=302, headers={"Location": "http://169.254.169.254/"})
    assert "leads on to http://169.254.169.254/" in failure_of(answer)
    assert len(answer.paths) == 1


def test_it_says_how_it_was_answered():
    assert "404 Not Found" in failure_of(Answer(status=404))
    assert "compressed" in failure_of(Answer(headers={"Content-Encoding": "gzip"}))


def test_it_takes_no_more_than_it_wants():
    assert "larger than 1,000 bytes" in failure_of(Answer(body=b"x" * 1001))
    endless = Answer(body=b"x" * 5000, headers={"Content-Length": "1000000"})
    assert "larger" in failure_of(endless)


def test_it_takes_nothing_that_broke_off():
    assert "broke off" in failure_of(Answer(body=b"x" * 5, headers={"Content-Length": "10"}))


def test_it_says_that_nobody_answers():
    with serving(Answer()) as address:
        pass
    assert "could not be read" in failure(address)
    assert "could not be read" in failure("https://nowhere.invalid/a.ics")


def test_it_hangs_up_on_who_drips():
    began = monotonic()
    assert "broke off" in failure_of(Answer(body=b"x" * 900, pause=0.05), within=0.4)
    assert monotonic() - began < 5


def test_it_speaks_to_no_server_that_cannot_prove_its_name():
    with serving(Answer()) as address:
        assert "could not be read" in failure(address.replace("http:", "https:"))

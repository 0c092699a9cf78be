import pytest
from django.core.validators import EmailValidator
from hypothesis import given
from hypothesis import strategies as some

from feedback.intake.addresses import _PLAIN, LONGEST_ADDRESS, is_address


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("a@b.co", True),
        ("first.last+tag@mail.shop.example", True),
        ("o'neill@example.com", True),
        ("postmaster@[127.0.0.1]", True),
        ("이름@example.com", False),
        ("kim@예시.kr", True),
        ("a@b", False),
        ("a@-b.com", False),
        ("a@b-.com", False),
        ("a..b@example.com", False),
        (".a@example.com", False),
        ("a@example.com\n", False),
        ("a b@example.com", False),
        ("a@example.c", False),
        ("@example.com", False),
        (f"{'a' * 243}@example.com", False),
    ],
)
def test_it_knows_a_well_formed_one(text: str, known: bool) -> None:
    assert is_address(text) is known


# Nobody asks the quick way about longer ones.
@given(some.from_regex(_PLAIN, fullmatch=True).filter(lambda text: len(text) <= LONGEST_ADDRESS))
def test_what_is_told_quickly_is_told_rightly(text: str) -> None:
    EmailValidator()(text)

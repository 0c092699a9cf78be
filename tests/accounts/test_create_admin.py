"""manage.py create_admin …"""

import builtins
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User


def create_admin(*said: str) -> str:
    out = StringIO()
    call_command("create_admin", *said, stdout=out)
    return out.getvalue()


def test_it_prints_an_invented_password_once(db: None) -> None:
    printed = create_admin("--email", "Root@House.example")
    found = re.search(r"Password, shown this once: (\S+)", printed)
    admin = User.objects.admins().get()
    assert admin.email == "root@house.example"
    assert found
    assert admin.check_password(found[1])


def test_it_does_not_print_a_password_that_was_given(db: None) -> None:
    printed = create_admin("--email", "root@house.example", "--password", "a rainy tuesday in may")
    assert "rainy" not in printed
    assert User.objects.admins().get().check_password("a rainy tuesday in may")


def test_it_asks_for_the_e_mail(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins, "input", lambda prompt: "root@house.example")
    create_admin()
    assert User.objects.admins().get().email == "root@house.example"


@pytest.mark.parametrize(
    "said", [("--email", "nothing"), ("--email", "a@b.example", "--password", "short")]
)
def test_it_says_in_one_sentence_what_is_wrong(db: None, said: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        create_admin(*said)
    assert not User.objects.exists()

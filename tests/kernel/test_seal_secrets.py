"""A sealed secret opens for what it was sealed for, under the key of the house, and not else."""

from typing import Any

import pytest

from cxloop.kernel.secrets import SealedOtherwise, sealed, unsealed


def test_it_opens_again_and_says_nothing_closed() -> None:
    closed = sealed("비밀 word", purpose="a mailbox")
    assert unsealed(closed, purpose="a mailbox") == "비밀 word"
    assert b"word" not in closed
    assert closed != sealed("비밀 word", purpose="a mailbox")


def test_it_opens_for_nothing_else(settings: Any) -> None:
    closed = sealed("word", purpose="a mailbox")
    with pytest.raises(SealedOtherwise):
        unsealed(closed, purpose="a hook")
    with pytest.raises(SealedOtherwise):
        unsealed(closed[:-4] + b"AAAA", purpose="a mailbox")
    settings.SECRET_KEY = "another"
    with pytest.raises(SealedOtherwise):
        unsealed(closed, purpose="a mailbox")

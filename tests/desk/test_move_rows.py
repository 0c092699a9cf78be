"""Rows of a form are added, taken away and moved; what was typed stays …"""

import pytest
from django import forms
from django.http import QueryDict

from cxloop.kernel.errors import Refused
from desk.forms.base import Said
from desk.forms.rows import RowedForm, RowForm, moved


class StepForm(RowForm):
    word = forms.CharField(required=False, max_length=5)

    def is_blank(self) -> bool:
        return not self.cleaned_data["word"]

    def as_kept(self) -> str:
        return str(self.cleaned_data["word"])


class StepsForm(RowedForm):
    rowed = {"steps": StepForm}
    name = forms.CharField()


ROWS: list[Said] = [{"word": "a"}, {"word": "b"}, {"word": "c"}]


@pytest.mark.parametrize(
    "button, expected",
    [
        ("steps-up-1", "bac"),
        ("steps-up-0", "abc"),
        ("steps-down-1", "acb"),
        ("steps-down-2", "abc"),
        ("steps-remove-0", "bc"),
        ("steps-remove-9", "abc"),
        ("steps-up-", "abc"),
        ("steps-up--1", "abc"),
        ("steps-up-" + "9" * 500, "abc"),
        ("others-remove-0", "abc"),
        ("", "abc"),
    ],
)
def test_a_button_moves_one_row(button: str, expected: str) -> None:
    assert "".join(row["word"] for row in moved(ROWS, button, "steps")) == expected


def test_a_row_is_added_at_the_end() -> None:
    assert moved(ROWS, "steps-add", "steps") == [*ROWS, {}]


def sent(*words: str, name: str = "N") -> StepsForm:
    typed = "&".join(f"steps-{place}-word={word}" for place, word in enumerate(words))
    return StepsForm(QueryDict(f"name={name}&steps-count={len(words)}&{typed}"))


def test_the_room_is_told_of_what_is_not_blank() -> None:
    form = sent("a", "", "c")
    assert form.is_valid()
    assert form.cleaned_data == {"name": "N", "steps": ["a", "c"]}


def test_a_fault_is_said_at_the_row_that_holds_it() -> None:
    form = sent("a", "", "c")

    def refuse(said: Said) -> None:
        raise Refused.at("/steps/1", "malformed", "Not so.")

    assert not form.carries_out(refuse)
    assert form.status == 422
    assert [bool(row.errors) for row in form.rows["steps"]] == [False, False, True]


def test_a_faulty_row_makes_a_faulty_form() -> None:
    form = sent("a", "too long")
    assert not form.is_valid()
    assert form.status == 422


@pytest.mark.parametrize("count", ["", "x", "-1", "²", "9" * 40])
def test_a_number_of_rows_that_nobody_drew_is_none(count: str) -> None:
    form = StepsForm(QueryDict(f"name=N&steps-count={count}"))
    assert form.is_valid()
    assert len(form.rows["steps"]) == 0

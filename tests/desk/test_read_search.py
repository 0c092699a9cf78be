"""What is typed into the search box is read as operators, phrases and words."""

import pytest

from desk.listing import IN_WORDS
from desk.operators import (
    FILTERS,
    IS,
    OPERATORS,
    TAUGHT,
    Misread,
    Typed,
    read_search,
    ref_in,
    written_search,
)

READ = [
    ("", Typed()),
    ("late parcel", Typed("late parcel")),
    ("is:breached", Typed(filters=(("breached", "true"),))),
    ("is:unowned", Typed(filters=(("assignee", "none"),))),
    ("is:mine", Typed(filters=(("assignee", "me"),))),
    ("is:open", Typed(filters=(("status", "new,open,waiting"),))),
    ("IS:Resolved", Typed(filters=(("status", "resolved"),))),
    ("group:care", Typed(filters=(("group", "care"),))),
    ('group:"Customer care" x', Typed("x", filters=(("group", "Customer care"),))),
    ("assignee:me owner:none", Typed(filters=(("assignee", "me"), ("assignee", "none")))),
    ("priority:high,urgent", Typed(filters=(("priority", "high,urgent"),))),
    ("tag:x source:shop", Typed(filters=(("tag", "x"), ("source", "shop")))),
    ("customer:C-81", Typed(filters=(("customer", "C-81"),))),
    ("before:2026-11-01", Typed(filters=(("created_before", "2026-11-01"),))),
    ("after:2026-11-01 x", Typed("x", filters=(("created_after", "2026-11-01"),))),
    ("due:2026-11-01", Typed(filters=(("due_before", "2026-11-01"),))),
    ("a is:new b", Typed("a b", filters=(("status", "new"),))),
    ('"never arrived" parcel', Typed("parcel", ("never arrived",))),
    ("“never arrived”", Typed("", ("never arrived",))),
    ('"left open', Typed("", ("left open",))),
    ('"" ""', Typed()),
    ("group：care", Typed(filters=(("group", "care"),))),
    ("kim@example.com", Typed("kim@example.com")),
    ("환불 group:care", Typed("환불", filters=(("group", "care"),))),
    ("https://shop.example/x", Typed("https://shop.example/x")),
    ("10:30", Typed("10:30")),
    ("re:parcel asignee:me", Typed("re:parcel asignee:me", unknown=("re:", "asignee:"))),
    ('order:"A 1"', Typed('order:"A 1"', unknown=("order:",))),
]


@pytest.mark.parametrize("text, typed", READ, ids=[text for text, _ in READ])
def test_it_is_read(text: str, typed: Typed) -> None:
    assert read_search(text) == typed


@pytest.mark.parametrize("text", [text for text, _ in READ])
def test_the_words_that_are_left_are_read_as_words(text: str) -> None:
    left = read_search(text)
    assert read_search(left.words) == Typed(left.words, unknown=left.unknown)


MISREAD = [
    ("is:lost", "is:", tuple(IS)),
    ("is:", "is:", ()),
    ("group: care", "group:", ()),
    ('tag:""', "tag:", ()),
]


@pytest.mark.parametrize("text, operator, known", MISREAD)
def test_a_known_operator_without_a_value_of_its_own_is_refused(text, operator, known) -> None:
    with pytest.raises(Misread) as misread:
        read_search(text)
    assert (misread.value.operator, misread.value.known) == (operator, known)


@pytest.mark.parametrize(
    "text, ref",
    [
        *(("T-1042", "T-1042"), ("t-1042", "T-1042"), ("1042", "T-1042"), (" #7 ", "T-7")),
        *(("T-1042 late", ""), ('"1042"', ""), ("T-", ""), ("9" * 19, ""), ("٣", "")),
    ],
)
def test_a_ticket_is_named_by_its_number(text: str, ref: str) -> None:
    assert ref_in(text) == ref


def test_every_filter_of_the_list_has_an_operator_or_stands_by_itself() -> None:
    assert {*FILTERS, "q", "phrase"} == IN_WORDS.keys()
    assert {word.removesuffix(":") for word in TAUGHT} <= {*OPERATORS, "is"}


def test_what_is_written_is_read_as_it_was() -> None:
    filters = [("group", "care"), ("tag", "late parcel"), ("created_before", "2026-11-01")]
    text = written_search("lamp", ["never arrived"], filters)
    assert text == 'lamp "never arrived" group:care tag:"late parcel" before:2026-11-01'
    assert read_search(text) == Typed("lamp", ("never arrived",), tuple(filters))

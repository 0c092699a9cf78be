"""What companies gave is told with intervals, and nothing is found in what few have said."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

HEAD = "Date received,Product,Company response to consumer,Timely response?,Consumer disputed?\n"
RELIEF, WORDS = "Closed with monetary relief", "Closed with explanation"


def told(folder: Path, *rows: str) -> str:
    (folder / "feedback").mkdir()
    (folder / "feedback" / "cfpb_complaints.csv").write_text(HEAD + "\n".join(rows) + "\n")
    out = StringIO()
    call_command("replay_relief", data=str(folder), stdout=out)
    return out.getvalue()


def row(response: str = WORDS, timely: str = "Yes", disputed: str = "N/A") -> str:
    return f"2019/5/1,Mortgage,{response},{timely},{disputed}"


def line(text: str, begin: str) -> str:
    return next(" ".join(one.split()) for one in text.splitlines() if one.strip().startswith(begin))


def test_timely_is_the_companies_own_word(tmp_path: Path) -> None:
    text = told(tmp_path, *[row()] * 9, row(timely="No"), row(timely=""))
    assert line(text, "timely") == (
        "timely, by the companies' own word 9 of 10 90.0 % 59.6 to 98.2"
    )


def test_what_was_given_is_told_of_all_and_by_product(tmp_path: Path) -> None:
    text = told(tmp_path, *[row(RELIEF)] * 3, *[row()] * 7)
    assert line(text, "refund") == "refund 3 of 10 30.0 % 10.8 to 60.3"
    assert "Mortgage (10)" in text


def test_few_who_were_asked_are_no_finding(tmp_path: Path) -> None:
    few = [row(RELIEF, disputed="No"), *[row(disputed="Yes")] * 8, row(disputed="No")]
    text = told(tmp_path, *few)
    asked = text.partition("Did they dispute it?")[2]
    assert line(asked, "not disputed") == "not disputed, of those asked 2 of 10 20.0 % 5.7 to 51.0"
    wanted = "no finding: 1 with it, 9 without, fewer than 5 on one side"
    assert line(asked, "refund").endswith(wanted)


def test_what_chance_would_do_as_well_is_no_finding(tmp_path: Path) -> None:
    some = [row(RELIEF, disputed="No")] * 3 + [row(RELIEF, disputed="Yes")] * 3
    text = told(tmp_path, *some, *[row(disputed="No")] * 3, *[row(disputed="Yes")] * 4)
    assert "no finding: 6 with it, 7 without, difference" in text


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no"):
        call_command("replay_relief", data=str(tmp_path))


@pytest.mark.real_data
def test_the_record_has_what_was_counted_in_it(real_data: Path) -> None:
    out = StringIO()
    call_command("replay_relief", data=str(real_data), stdout=out)
    assert line(out.getvalue(), "refund") == "refund 170 of 4,636 3.7 % 3.2 to 4.2"
    assert "23 of 32" in " ".join(out.getvalue().split())

"""export_customer …"""

import base64
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from feedback.email.models import Mail
from tests.forgetting.known import Known
from tests.makers import make_customer

pytestmark = pytest.mark.django_db


def told(who: object, **more: Any) -> list[dict[str, Any]]:
    out = io.StringIO()
    call_command("export_customer", str(who), stdout=out, **more)
    people: list[dict[str, Any]] = json.loads(out.getvalue())["people"]
    return people


def test_it_tells_all_that_every_room_holds(kim: Known) -> None:
    (person,) = told(kim.email)
    assert person["customer"]["name"] == kim.name
    counted = {name: len(rows) for name, rows in person.items() if name != "customer"}
    assert counted == {
        "consents": 1,
        "feedback": 3,
        "feedback_files": 2,
        "quarantine": 1,
        "kudos": 1,
        "trials": 1,
        "triages": 2,
        "tickets": 1,
        "fields": 2,
        "clocks": 8,
        "timeline": 30,
        "drafts": 1,
        "attachments": 6,
        "files": 8,
        "contents": 4,
        "contacts": 3,
        "resolutions": 1,
        "playbook_uses": 0,
        "recoveries": 1,
        "gestures": 1,
        "questions": 1,
        "answers": 1,
        "letters": 7,
        "mails": 6,
        "problem_tickets": 1,
        "told": 1,
        "side_messages": 3,
        "side_threads": 1,
        "reviews": 0,
        "store_replies": 0,
    }


def test_it_tells_what_was_said_and_the_raw_mail(kim: Known) -> None:
    (person,) = told(kim.customer().pk)
    assert person["answers"][0]["comment"] == kim.word
    assert kim.word in person["feedback"][0]["comment"]
    raw = base64.b64decode(person["mails"][0]["raw"])
    assert raw == bytes(Mail.objects.get(pk=person["mails"][0]["id"]).raw or b"")


def test_it_tells_nothing_of_others(kim: Known, ada: Known) -> None:
    said = json.dumps(told(kim.email), ensure_ascii=False)
    assert not any(mark in said for mark in ada.marks)


def test_it_writes_a_file_for_its_owner_alone(kim: Known, tmp_path: Path) -> None:
    out = tmp_path / "kim.json"
    call_command("export_customer", kim.email, out=out, stderr=io.StringIO())
    assert out.stat().st_mode & 0o777 == 0o600
    assert json.loads(out.read_text())["people"][0]["customer"]["email"] == kim.email
    with pytest.raises(CommandError, match="cannot be made"):
        call_command("export_customer", kim.email, out=out)


def test_it_wants_an_id_where_two_have_the_address(kim: Known) -> None:
    make_customer(kim.email)
    with pytest.raises(CommandError, match="Several have this address"):
        told(kim.email)
    assert len(told(kim.email, all=True)) == 2

"""Files of a ticket over REST …"""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.response import Response

from accounts.models import User
from cxloop.kernel.file_kinds import LARGEST_FILE
from cxloop.kernel.models import File
from cxloop.kernel.previews import draw_previews
from tests.cast import Cast, api
from tests.kernel.pictures import picture, seen
from tests.makers import make_ticket
from tickets.work.models import Attachment, Ticket, TicketShare

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return make_ticket(cast.group)


def address(ticket: Ticket, *more: object) -> str:
    return "/".join(map(str, [f"/api/v1/tickets/{ticket.ref}/files", *more]))


def choose(
    person: User | None, ticket: Ticket, body: bytes = b"text", name: str = "a.txt", **said: Any
) -> Response:
    upload = SimpleUploadedFile(name, body)
    return api(person).post(address(ticket), {"file": upload, **said}, format="multipart")


def code_of(response: Response) -> str:
    said = response.json()
    return str(said["errors"][0]["code"] if "errors" in said else said["code"])


def bytes_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_are_chosen_then_said_then_read(cast: Cast, ticket: Ticket) -> None:
    made = choose(cast.agent, ticket, picture(), "손상.png", verb="note")
    assert made.status_code == 201
    number = made.json()["id"]
    assert made.json() == {
        **{"id": number, "name": "손상.png", "kind": "picture", "size": len(picture())},
        **{"drawn": False, "said": False},
    }
    said = {"body": "Look.", "files": [number]}
    answer = api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/note", said)
    assert answer.status_code == 200
    assert [file["id"] for file in answer.json()["timeline"][-1]["files"]] == [number]
    draw_previews()
    (listed,) = api(cast.viewer).get(address(ticket)).json()
    assert (listed["drawn"], listed["said"]) == (True, True)
    read = api(cast.viewer).get(address(ticket, number))
    assert bytes_of(read) == picture()
    assert seen(bytes_of(api(cast.viewer).get(address(ticket, number, "preview")))).size == (40, 20)


def test_are_handed_out_as_bytes_that_no_browser_shows(cast: Cast, ticket: Ticket) -> None:
    made = choose(cast.agent, ticket, b"<script>alert(1)</script>", 'a"\u202e한.html').json()
    assert made["kind"] == "page"
    read = api(cast.agent).get(address(ticket, made["id"]))
    assert read["Content-Type"] == "application/octet-stream"
    assert read["Content-Disposition"].startswith("attachment; filename*=utf-8''a_%ED%95%9C.html")
    assert read["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert read["X-Content-Type-Options"] == "nosniff"
    assert read["Content-Length"] == str(made["size"])
    assert api(cast.agent).get(address(ticket, made["id"], "preview")).status_code == 404


def test_are_nobody_elses_until_they_are_said(cast: Cast, ticket: Ticket) -> None:
    number = choose(cast.agent, ticket).json()["id"]
    for person in (cast.lead, cast.admin, cast.outsider):
        assert api(person).get(address(ticket, number)).status_code == 404
    assert api(cast.lead).get(address(ticket)).json() == []
    assert api(cast.lead).delete(address(ticket, number)).status_code == 404
    assert len(api(cast.agent).get(address(ticket)).json()) == 1


@pytest.mark.parametrize("right, verb, status", [("note", "note", 201), ("read", "note", 403)])
def test_are_chosen_by_who_may_say_something(
    right: str, verb: str, status: int, cast: Cast, ticket: Ticket
) -> None:
    TicketShare.objects.create(ticket=ticket, group=cast.other_group, right=right)
    assert choose(cast.outsider, ticket, verb=verb).status_code == status
    assert choose(cast.outsider, ticket, verb="reply").status_code == 403
    assert choose(cast.viewer, ticket).status_code == 403
    assert choose(None, ticket).status_code == 401
    assert Attachment.objects.count() == (status == 201)


def test_of_another_ticket_are_not_found_on_this_one(cast: Cast, ticket: Ticket) -> None:
    number = choose(cast.agent, ticket).json()["id"]
    other = make_ticket(cast.group)
    assert api(cast.agent).get(address(other, number)).status_code == 404


@pytest.mark.parametrize(
    "said, code",
    [
        ({"body": b""}, "empty_file"),
        ({"body": b"x" * (LARGEST_FILE + 1)}, "file_too_large"),
        ({"verb": "close"}, "invalid_choice"),
        ({"colour": "red"}, "unknown_name"),
    ],
)
def test_are_refused_with_what_is_wrong(
    said: dict[str, Any], code: str, cast: Cast, ticket: Ticket
) -> None:
    answer = choose(cast.agent, ticket, **said)
    assert (answer.status_code, code_of(answer)) == (422, code)
    assert not File.objects.exists()


def test_are_refused_where_there_is_none(cast: Cast, ticket: Ticket) -> None:
    answer = api(cast.agent).post(address(ticket), {"verb": "note"}, format="multipart")
    assert (answer.status_code, code_of(answer)) == (422, "required")
    json = api(cast.agent).post(address(ticket), {"file": "text"})
    assert json.status_code == 415


def test_are_put_back_until_they_are_said(cast: Cast, ticket: Ticket) -> None:
    number = choose(cast.agent, ticket).json()["id"]
    assert api(cast.agent).delete(address(ticket, number)).status_code == 204
    assert api(cast.agent).delete(address(ticket, number)).status_code == 404
    number = choose(cast.agent, ticket).json()["id"]
    api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/reply", {"body": "a", "files": [number]})
    answer = api(cast.agent).delete(address(ticket, number))
    assert (answer.status_code, code_of(answer)) == (409, "said")


@pytest.mark.parametrize("files", [["a"], [0], "5", [[1]], list(range(1, 12)), [2**63]])
def test_are_named_by_numbers(files: Any, cast: Cast, ticket: Ticket) -> None:
    said = {"body": "Look.", "files": files}
    assert api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/note", said).status_code == 422

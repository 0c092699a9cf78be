"""Files that came with feedback, over REST and on the desk …"""

from typing import Any

import pytest

from cxloop.kernel.previews import draw_previews
from feedback.intake.models import FeedbackFile, SourceKey
from tests.cast import Cast, api
from tests.desk.browsing import browse
from tests.kernel.pictures import picture, seen
from tests.makers import (
    make_feedback,
    make_heard_file,
    make_source,
    make_source_key,
    make_ticket,
)
from tests.work.test_api_feedback import by_key
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    said = make_feedback(nps=1, judged=True, comment="The button is gone")
    make_heard_file(said, "화면.png", picture())
    make_heard_file(said, "a\u202e.html", b"<script>alert(1)</script>")
    return make_ticket(cast.group, feedback=said)


def addresses(*, page: bool = False) -> list[str]:
    rows = FeedbackFile.objects.order_by("place")
    found = [f"/feedback/{row.feedback_id}/files/{row.pk}" for row in rows]
    return found if page else [f"/api/v1{one}" for one in found]


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_are_listed_with_it(cast: Cast, ticket: Ticket) -> None:
    draw_previews()
    row = FeedbackFile.objects.select_related("file").first()
    assert row
    read = api(cast.viewer).get(f"/api/v1/feedback/{row.feedback_id}").json()
    assert read["files"][0] == {
        **{"id": row.pk, "name": "화면.png", "kind": "picture"},
        **{"size": len(picture()), "drawn": True},
    }
    assert read["files"][1]["kind"] == "page"


def test_are_saved_as_bytes_and_shown_as_drawings(cast: Cast, ticket: Ticket) -> None:
    draw_previews()
    for ask, (shot, page) in ((api, addresses()), (browse, addresses(page=True))):
        client = ask(cast.viewer)
        assert body_of(client.get(shot)) == picture()
        assert seen(body_of(client.get(f"{shot}/preview"))).size == (40, 20)
        read = client.get(page)
        assert read["Content-Type"] == "application/octet-stream"
        assert read["Content-Disposition"].startswith("attachment")
        assert read["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert client.get(f"{page}/preview").status_code == 404


def test_are_seen_by_who_sees_the_feedback(cast: Cast, ticket: Ticket) -> None:
    for ask, (shot, _) in ((api, addresses()), (browse, addresses(page=True))):
        for person in (cast.viewer, cast.agent, cast.auditor):
            assert ask(person).get(shot).status_code == 200
        assert ask(cast.outsider).get(shot).status_code == 404


def test_are_found_at_their_own_feedback_alone(cast: Cast, ticket: Ticket) -> None:
    other = make_feedback(make_source(owners=(cast.other_group,)))
    row = FeedbackFile.objects.earliest("pk")
    for person in (cast.outsider, cast.admin):
        borrowed = f"/feedback/{other.pk}/files/{row.pk}"
        assert api(person).get(f"/api/v1{borrowed}").status_code == 404
        assert browse(person).get(borrowed).status_code == 404


def test_are_read_by_the_server_of_their_source(cast: Cast, ticket: Ticket) -> None:
    source = FeedbackFile.objects.earliest("pk").feedback.source
    mine = by_key(make_source_key(source, SourceKey.Kind.SECRET))
    assert body_of(mine.get(addresses()[0])) == picture()
    other = by_key(make_source_key(make_source(), SourceKey.Kind.SECRET))
    assert other.get(addresses()[0]).status_code == 404


@pytest.mark.parametrize("where", ["/tickets/{ref}", "/feedback/{pk}"])
def test_stand_beside_the_words(where: str, cast: Cast, ticket: Ticket) -> None:
    draw_previews()
    row = FeedbackFile.objects.earliest("pk")
    page = browse(cast.agent).get(where.format(ref=ticket.ref, pk=row.feedback_id))
    words = page.content.decode()
    shot, markup = addresses(page=True)
    assert f'<a href="{shot}" download>화면.png</a>' in words
    assert f'<img src="{shot}/preview" alt="" loading="lazy">' in words
    assert f'<a href="{markup}" download>a.html</a>' in words
    assert "can run by itself" in words
    assert f'src="{markup}' not in words


def test_are_told_of_when_they_are_forgotten(cast: Cast, ticket: Ticket) -> None:
    file = FeedbackFile.objects.earliest("pk").file
    file.name, file.content, file.preview, file.drawing = "", None, None, "none"
    file.save()
    words = browse(cast.agent).get(f"/tickets/{ticket.ref}").content.decode()
    assert "forgotten with the customer" in words
    assert api(cast.agent).get(addresses()[0]).status_code == 404


class TestDevice:
    @pytest.mark.parametrize("where", ["/tickets/{ref}", "/feedback/{pk}"])
    def test_stands_beside_the_words_too(self, where: str, cast: Cast) -> None:
        said = make_feedback(
            nps=1,
            judged=True,
            context={
                **{"app_version": "4.2.1", "app_build": 512, "os": "iOS", "os_version": "18.1"},
                **{"device": {"odd": 1}, "locale": "ko-KR", "screen": "  ", "order": "A-17"},
            },
        )
        ticket = make_ticket(cast.group, feedback=said)
        page = browse(cast.agent).get(where.format(ref=ticket.ref, pk=said.pk))
        words = " ".join(page.content.decode().split())
        for label, value in (
            ("App version", "4.2.1 (512)"),
            ("System", "iOS 18.1"),
            ("Language", "ko-KR"),
            ("order", "A-17"),
            ("device", "{&quot;odd&quot;: 1}"),
        ):
            assert f"<dt>{label}</dt><dd>{value}</dd>" in words
        assert "<dt>app_version</dt>" not in words

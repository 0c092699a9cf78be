"""Files on the page of a ticket."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from cxloop.kernel.models import Content, File
from cxloop.kernel.moment import moment
from cxloop.kernel.previews import draw_previews
from tests.cast import Cast
from tests.desk.browsing import browse, nonce_of, sent, text_of, ticket_of_today
from tests.kernel.pictures import picture
from tickets.work.actions.attach import choose_file, erase_attachments
from tickets.work.actions.talk import note
from tickets.work.actor import acting
from tickets.work.models import Attachment, Ticket, TicketShare

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return ticket_of_today(cast.group)


def upload(name: str = "a.txt", body: bytes = b"text") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body)


def say(client: Client, ticket: Ticket, verb: str, **said: Any) -> Any:
    return client.post(f"/tickets/{ticket.ref}/{verb}", said)


def chosen(ticket: Ticket, by: User, name: str = "a.txt", *, verb: str = "reply") -> int:
    return choose_file(ticket, name, b"text", verb=verb, by=by, now=moment()).pk


def names(*, said: bool) -> list[str]:
    rows = Attachment.objects.filter(entry__isnull=not said).order_by("pk")
    return list(rows.values_list("file__name", flat=True))


class TestSaying:
    @pytest.mark.parametrize("verb", ["reply", "note"])
    def test_they_go_with_the_words_without_any_script(self, verb, cast, ticket):
        agent = browse(cast.agent)
        done = say(agent, ticket, verb, body="Look.", upload=[upload(), upload("b.txt", b"more")])
        sent(done, f"/tickets/{ticket.ref}")
        assert names(said=True) == ["a.txt", "b.txt"]
        page = agent.get(f"/tickets/{ticket.ref}").content.decode()
        number = Attachment.objects.earliest("pk").pk
        assert f'<a href="/tickets/{ticket.ref}/files/{number}" download>a.txt</a>' in page

    def test_refused_words_lose_neither_words_nor_files(self, cast, ticket):
        agent = browse(cast.agent)
        refused = say(agent, ticket, "reply", body=" ", upload=upload())
        assert refused.status_code == 422
        assert names(said=False) == ["a.txt"]
        number = Attachment.objects.get().pk
        assert f'name="files" value="{number}" checked' in refused.content.decode()
        done = say(agent, ticket, "reply", body="Look.", files=[number], offered=[number])
        sent(done, f"/tickets/{ticket.ref}")
        assert names(said=True) == ["a.txt"]

    def test_a_refused_file_keeps_the_words_from_leaving(self, cast, ticket):
        refused = say(
            browse(cast.agent), ticket, "reply", body="Look.", upload=[upload(), upload("b", b"")]
        )
        assert refused.status_code == 422
        assert "b: There is nothing in this file." in text_of(refused)
        assert "Look." in refused.content.decode()
        assert (names(said=True), names(said=False)) == ([], ["a.txt"])

    def test_what_is_not_ticked_stays_behind_and_is_gone(self, cast, ticket):
        one, other = chosen(ticket, cast.agent), chosen(ticket, cast.agent, "b.txt")
        elsewhere = chosen(ticket, cast.agent, "c.txt")
        say(browse(cast.agent), ticket, "reply", body="Hm", files=[one], offered=[one, other])
        assert (names(said=True), names(said=False)) == (["a.txt"], ["c.txt"])
        assert Attachment.objects.filter(pk=elsewhere).exists(), "that page had not offered it"

    def test_a_double_click_sends_them_once(self, cast, ticket):
        agent = browse(cast.agent)
        nonce = nonce_of(agent.get(f"/tickets/{ticket.ref}"))
        for _ in range(2):
            done = say(agent, ticket, "note", body="Look.", upload=upload(), nonce=nonce)
            sent(done, f"/tickets/{ticket.ref}")
        assert (names(said=True), names(said=False)) == (["a.txt"], [])
        assert Content.objects.count() == 1

    @pytest.mark.parametrize("offered", ["9" * 5000, "9" * 30, "-1", "\u0661", "a", ""])
    def test_what_nobody_offered_stays_behind_in_peace(self, offered, cast, ticket):
        kept = chosen(ticket, cast.agent, verb="note")
        done = say(browse(cast.agent), ticket, "note", body="Look.", offered=offered)
        sent(done, f"/tickets/{ticket.ref}")
        assert Attachment.objects.get(pk=kept).entry is None

    def test_somebody_elses_are_not_said(self, cast, ticket):
        number = chosen(ticket, cast.lead)
        refused = say(browse(cast.agent), ticket, "reply", body="Hm", files=[number])
        assert refused.status_code == 422
        assert names(said=True) == []

    def test_an_overtaken_letter_keeps_all_of_them(self, cast, ticket):
        numbers = [chosen(ticket, cast.agent, name) for name in ("a.txt", "b.txt")]
        say(browse(cast.lead), ticket, "reply", body="Mine first.")
        refused = say(browse(cast.agent), ticket, "reply", body="Hm", files=numbers, seen=1)
        assert refused.status_code == 409
        ticked = re.findall(r'name="files" value="(\d+)" checked', refused.content.decode())
        assert list(map(int, ticked)) == numbers


class TestDraft:
    def test_they_are_kept_with_it_and_discarded_with_it(self, cast, ticket):
        agent = browse(cast.agent)
        say(agent, ticket, "draft/reply", body="Half a", upload=upload())
        assert names(said=False) == ["a.txt"]
        page = agent.get(f"/tickets/{ticket.ref}").content.decode()
        assert re.search(r'name="files" value="\d+" checked> a\.txt', page)
        say(agent, ticket, "draft/reply", body="Half a", discard="1")
        assert not File.objects.exists()

    def test_looking_at_the_letter_first_keeps_them(self, cast, ticket):
        shown = say(browse(cast.agent), ticket, "preview", body="Hm", upload=upload())
        assert re.search(r'name="files" value="\d+" checked> a\.txt', shown.content.decode())


class TestChoosing:
    def choose(self, person, ticket, verb="reply", files=(), **more):
        where = f"/tickets/{ticket.ref}/files/{verb}"
        return browse(person).post(where, {"upload": list(files)}, headers=FRAGMENT, **more)

    def test_an_open_page_is_given_what_is_chosen_by_now(self, cast, ticket):
        self.choose(cast.agent, ticket, files=[upload()])
        part = self.choose(cast.agent, ticket, files=[upload("b.txt"), upload("c.txt", b"")])
        assert part.status_code == 200
        assert re.findall(r"checked> (\S+)</label>", part.content.decode()) == ["a.txt", "b.txt"]
        assert "c.txt: There is nothing in this file." in text_of(part)

    def test_it_is_refused_where_nothing_was_kept(self, cast, ticket):
        assert self.choose(cast.agent, ticket, files=[upload("c.txt", b"")]).status_code == 422

    def test_a_second_group_chooses_for_notes_alone(self, cast, ticket):
        TicketShare.objects.create(ticket=ticket, group=cast.other_group, right="note")
        assert self.choose(cast.outsider, ticket, "note", [upload()]).status_code == 200
        assert self.choose(cast.outsider, ticket, "reply", [upload()]).status_code == 403
        page = browse(cast.outsider).get(f"/tickets/{ticket.ref}").content.decode()
        assert re.search(r'name="files" value="\d+" checked> a\.txt', page)

    def test_it_is_taken_away_again_until_it_is_said(self, cast, ticket):
        number = chosen(ticket, cast.agent)
        where = f"/tickets/{ticket.ref}/files/{number}/take-away"
        assert browse(cast.lead).post(where).status_code == 404
        assert browse(cast.agent).post(where, headers=FRAGMENT).status_code == 200
        assert not File.objects.exists()
        number = chosen(ticket, cast.agent)
        say(browse(cast.agent), ticket, "reply", body="Hm", files=[number], offered=[number])
        where = f"/tickets/{ticket.ref}/files/{number}/take-away"
        assert browse(cast.agent).post(where).status_code == 404
        assert names(said=True) == ["a.txt"]

    def test_nothing_is_chosen_for_what_encloses_nothing(self, cast, ticket):
        assert self.choose(cast.agent, ticket, "close", [upload()]).status_code == 404


class TestLooking:
    @pytest.fixture
    def number(self, cast: Cast, ticket: Ticket) -> int:
        row = choose_file(ticket, "dent.png", picture(), verb="note", by=cast.agent, now=moment())
        note(ticket, body="Look.", files=[row.pk], by=acting(cast.agent), now=moment())
        return row.pk

    def test_a_picture_is_shown_by_its_drawing(self, cast, ticket, number):
        draw_previews()
        where = f"/tickets/{ticket.ref}/files/{number}"
        assert f'<img src="{where}/preview"' in (
            browse(cast.viewer).get(f"/tickets/{ticket.ref}").content.decode()
        )
        drawn = browse(cast.viewer).get(f"{where}/preview")
        assert (drawn["Content-Type"], drawn["Content-Security-Policy"]) == (
            "image/webp",
            "default-src 'none'; sandbox",
        )
        again = {"If-None-Match": drawn["ETag"]}
        assert browse(cast.viewer).get(f"{where}/preview", headers=again).status_code == 304
        assert browse(cast.outsider).get(f"{where}/preview", headers=again).status_code == 404
        saved = browse(cast.viewer).get(where)
        assert saved["Content-Disposition"] == 'attachment; filename="dent.png"'
        assert b"".join(saved.streaming_content) == picture()

    def test_strangers_find_neither(self, cast, ticket, number):
        draw_previews()
        for where in (f"files/{number}", f"files/{number}/preview", f"files/{number + 1}"):
            stranger = browse(cast.outsider).get(f"/tickets/{ticket.ref}/{where}")
            nothing = browse(cast.outsider).get(f"/tickets/T-999999/{where}")
            assert stranger.status_code == nothing.status_code == 404
            assert browse(None).get(f"/tickets/{ticket.ref}/{where}").status_code == 302

    def test_what_was_forgotten_is_said_to_have_been(self, cast, ticket, number):
        erase_attachments([ticket.pk])
        page = browse(cast.agent).get(f"/tickets/{ticket.ref}")
        assert "forgotten with the customer" in text_of(page)
        assert "dent.png" not in page.content.decode()
        where = f"/tickets/{ticket.ref}/files/{number}"
        assert browse(cast.agent).get(where).status_code == 404

    def test_what_can_run_says_so(self, cast, ticket):
        row = choose_file(ticket, "a.pdf", b"MZ", verb="note", by=cast.agent, now=moment())
        note(ticket, body="Look.", files=[row.pk], by=acting(cast.agent), now=moment())
        page = browse(cast.agent).get(f"/tickets/{ticket.ref}")
        assert "can run by itself" in text_of(page)

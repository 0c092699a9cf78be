"""Views of the queue that have a name, on the desk and over REST …"""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Membership, User
from cxloop.kernel.errors import Refused
from desk.models import SavedView
from desk.saved_views import MOST_VIEWS, save_view
from tests.cast import Cast, api
from tests.desk.browsing import browse, sent, text_of
from tests.makers import NOW, make_ticket

pytestmark = pytest.mark.django_db

VIEWS = "/api/v1/me/views"
LATE = "tab=groups&tag=late"


def saved(owner: User, name: str = "Late", audience: str = "mine", **facts: Any) -> SavedView:
    given = {"query": LATE, "group": None, "now": NOW} | facts
    return save_view(owner, name=name, audience=audience, **given)


def names(person: User) -> list[str]:
    page = browse(person).get("/queue")
    return [view.name for view, _ in page.context["saved"]]


class TestWhoSees:
    def test_ones_own_stands_in_ones_queue(self, cast: Cast) -> None:
        saved(cast.agent)
        assert names(cast.agent) == ["Late"]
        assert names(cast.lead) == names(cast.admin) == []

    def test_a_groups_stands_in_the_queue_of_who_sees_the_group(self, cast: Cast) -> None:
        saved(cast.agent, audience="group", group="care")
        assert names(cast.viewer) == names(cast.lead) == names(cast.auditor) == ["Late"]
        assert names(cast.outsider) == []

    def test_everyones_stands_in_every_queue(self, cast: Cast) -> None:
        saved(cast.lead, audience="everyone")
        assert names(cast.outsider) == names(cast.viewer) == ["Late"]

    def test_whoever_follows_it_sees_only_their_own(self, cast: Cast) -> None:
        make_ticket(cast.group, tags=["late"], subject="Secret")
        saved(cast.lead, audience="everyone")
        outsider = browse(cast.outsider)
        assert "Secret" not in text_of(outsider.get(f"/queue?{LATE}"))
        assert "Secret" in text_of(browse(cast.agent).get(f"/queue?{LATE}"))

    def test_the_one_that_is_open_is_marked(self, cast: Cast) -> None:
        saved(cast.agent)
        page = browse(cast.agent).get(f"/queue?{LATE}").content.decode()
        assert f'href="/queue?{LATE.replace("&", "&amp;")}" aria-current="page"' in page


class TestSave:
    def test_the_queue_leads_to_a_form_that_keeps_it(self, cast: Cast) -> None:
        agent = browse(cast.agent)
        page = agent.get("/queue?tab=groups&tag=late&cursor=")
        assert "/queue/views/new?query=tab%3Dgroups%26tag%3Dlate" in page.content.decode()
        form = agent.get("/queue/views/new", {"query": LATE})
        assert "My groups · Tag late" in text_of(form)
        said = {"name": "Late ones", "query": LATE, "shown_to": "group:care"}
        sent(agent.post("/queue/views/new", said), f"/queue?{LATE}")
        view = SavedView.objects.get()
        assert (view.name, view.query, view.group) == ("Late ones", LATE, cast.group)

    def test_twice_the_same_copy_of_the_form_keeps_it_once(self, cast: Cast) -> None:
        agent = browse(cast.agent)
        nonce = "0b6a3f0e-6f0e-4a50-9d5e-111111111111"
        said = {"name": "Late", "query": LATE, "shown_to": "mine", "nonce": nonce}
        for _ in range(2):
            sent(agent.post("/queue/views/new", said), f"/queue?{LATE}")
        assert SavedView.objects.count() == 1

    def test_a_refusal_keeps_what_was_typed(self, cast: Cast) -> None:
        saved(cast.agent, "Late")
        said = {"name": "Late", "query": LATE, "shown_to": "mine"}
        page = browse(cast.agent).post("/queue/views/new", said)
        assert page.status_code == 422
        assert "This is taken already" in text_of(page)
        assert 'value="Late"' in page.content.decode()

    @pytest.mark.parametrize(
        "facts, pointer, code",
        [
            ({"name": " "}, "/name", "blank"),
            ({"name": "x" * 61}, "/name", "too_long"),
            ({"query": "colour=red"}, "/query", "unknown_filter"),
            ({"query": "tab=all&status=lost"}, "/query", "unknown_value"),
            ({"query": "tab=all&ordering=password"}, "/query", "unknown_ordering"),
            ({"query": "q=" + "x" * 2001}, "/query", "too_long"),
            ({"audience": "nobody"}, "/audience", "unknown_choice"),
            ({"audience": "everyone"}, "/audience", "not_to_everyone"),
            ({"audience": "group"}, "/group", "not_to_this_group"),
            ({"audience": "group", "group": "billing"}, "/group", "not_to_this_group"),
        ],
    )
    def test_what_cannot_be_kept_is_refused(self, cast, facts, pointer, code) -> None:
        with pytest.raises(Refused) as refused:
            saved(cast.agent, **facts)
        assert [(f.pointer, f.code) for f in refused.value.faults] == [(pointer, code)]

    @pytest.mark.parametrize("role", ["lead", "manager", "admin"])
    def test_who_leads_may_show_it_to_everyone(self, cast: Cast, role: str) -> None:
        saved(getattr(cast, role), audience="everyone")
        assert SavedView.objects.offered_to(cast.outsider).filter(audience="everyone").exists()

    @pytest.mark.parametrize("role", ["viewer", "auditor", "agent"])
    def test_nobody_else_may(self, cast: Cast, role: str) -> None:
        with pytest.raises(Refused):
            saved(getattr(cast, role), audience="everyone")

    @pytest.mark.parametrize("role", ["viewer", "auditor", "outsider"])
    def test_only_who_works_in_a_group_shows_it_something(self, cast: Cast, role: str) -> None:
        with pytest.raises(Refused):
            saved(getattr(cast, role), audience="group", group="care")

    def test_fifty_are_enough(self, cast: Cast) -> None:
        for number in range(MOST_VIEWS):
            saved(cast.agent, f"View {number}")
        with pytest.raises(Refused) as refused:
            saved(cast.agent, "One more")
        assert refused.value.faults[0].code == "enough_views"
        saved(cast.lead, "Of somebody else")

    def test_a_place_in_the_list_is_not_kept(self, cast: Cast) -> None:
        view = saved(cast.agent, query="?tag=late&cursor=abc&page_size=5&q=&tab=")
        assert view.query == "tab=mine&tag=late"


class TestChange:
    def test_its_owner_renames_and_removes_it(self, cast: Cast) -> None:
        view = saved(cast.agent)
        agent = browse(cast.agent)
        said = {"name": "Very late", "query": view.query, "shown_to": "mine"}
        sent(agent.post(f"/queue/views/{view.pk}", said), "/queue/views")
        assert SavedView.objects.get().name == "Very late"
        assert "Very late" in text_of(agent.get("/queue/views"))
        sent(agent.post(f"/queue/views/{view.pk}/remove"), "/queue/views")
        assert not SavedView.objects.exists()

    def test_others_follow_it_and_admins_remove_it(self, cast: Cast) -> None:
        view = saved(cast.lead, audience="everyone")
        path = f"{VIEWS}/{view.pk}"
        assert api(cast.agent).patch(path, {"name": "Mine"}).status_code == 403
        assert api(cast.agent).delete(path).status_code == 403
        assert api(cast.auditor).delete(path).status_code == 403
        assert "Change" not in text_of(browse(cast.agent).get("/queue/views"))
        assert api(cast.admin).delete(path).status_code == 204

    def test_what_is_somebodys_own_is_nobody_elses(self, cast: Cast) -> None:
        view = saved(cast.agent)
        for person in (cast.lead, cast.admin, cast.auditor):
            assert api(person).delete(f"{VIEWS}/{view.pk}").status_code == 404

    def test_who_leads_no_more_may_rename_what_they_showed(self, cast: Cast) -> None:
        view = saved(cast.lead, audience="everyone")
        Membership.objects.filter(user=cast.lead).update(role="agent")
        lead = browse(cast.lead)
        said = {"name": "Later", "query": view.query, "shown_to": "everyone"}
        sent(lead.post(f"/queue/views/{view.pk}", said), "/queue/views")
        view.refresh_from_db()
        assert (view.name, view.audience) == ("Later", "everyone")

    def test_an_audience_leaves_its_group_behind(self, cast: Cast) -> None:
        view = saved(cast.lead, audience="group", group="care")
        client, path = api(cast.lead), f"{VIEWS}/{view.pk}"
        assert client.patch(path, {"name": "Later"}).json()["group"]["slug"] == "care"
        assert client.patch(path, {"audience": "everyone"}).json()["group"] is None
        assert client.patch(path, {"audience": "group"}).status_code == 422


class TestApi:
    def test_it_is_made_listed_changed_and_removed(self, cast: Cast) -> None:
        client = api(cast.agent)
        made = client.post(VIEWS, {"name": "Late", "query": "tag=late"})
        assert made.status_code == 201
        shown = made.json()
        assert (shown["query"], shown["audience"], shown["yours"]) == (
            "tab=mine&tag=late",
            "mine",
            True,
        )
        assert shown["owner"] == cast.agent.brief()
        assert client.get(VIEWS).json()["results"] == [shown]
        path = f"{VIEWS}/{shown['id']}"
        changed = client.patch(path, {"query": "tab=all&q=lamp"}).json()
        assert changed == {**shown, "query": "tab=all&q=lamp"}
        assert client.delete(path).status_code == 204
        assert client.get(VIEWS).json()["results"] == []

    def test_it_names_what_is_wrong(self, cast: Cast) -> None:
        answer = api(cast.agent).post(VIEWS, {"name": "x", "query": "colour=red", "shape": 1})
        assert answer.status_code == 422
        answer = api(cast.agent).post(VIEWS, {"name": "x", "query": "colour=red&status=lost"})
        assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/query", "/query"]


def test_impossible_views_are_refused(cast: Cast, now: datetime) -> None:
    saved(cast.agent)
    attempts = (
        "UPDATE desk_savedview SET audience = 'nobody'",
        "UPDATE desk_savedview SET audience = 'group'",
        f"UPDATE desk_savedview SET group_id = {cast.group.pk}",
        "UPDATE desk_savedview SET name = ''",
        "UPDATE desk_savedview SET query = ''",
        "INSERT INTO desk_savedview (owner_id, name, query, audience, saved_at)"
        " SELECT owner_id, name, query, audience, saved_at FROM desk_savedview",
    )
    for attempt in attempts:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attempt)

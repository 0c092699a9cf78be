"""The API's description: whole, valid, and true of what is answered."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from desk.api.examples import example
from desk.api.schema import schema
from tests.cast import Cast, api
from tests.desk.asking import tell
from tests.makers import make_feedback, make_root_cause, make_source, make_ticket
from tickets.work.verbs import VERBS

METHODS = ("get", "post", "put", "patch", "delete")
UNDESCRIBED = {"/api/schema/", "/api/docs/"}


def routes(patterns: list[Any], prefix: str = "/") -> list[tuple[str, Any]]:
    """Every address below /api/, as OpenAPI spells it, with its view."""
    found: list[tuple[str, Any]] = []
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += routes(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern) and path.startswith("/api/"):
            found.append((re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path), pattern.callback))
    return found


def spelled(path: str) -> str:
    return re.sub(r"{\w+}", "{}", path)


def test_it_is_valid_openapi_3_1() -> None:
    assert schema()["openapi"].startswith("3.1")
    validate(schema())


def test_no_view_leaves_its_shape_to_guessing() -> None:
    GENERATOR_STATS.reset()
    with GENERATOR_STATS.silence():
        SchemaGenerator().get_schema(request=None, public=True)
    assert not GENERATOR_STATS


def test_every_route_and_method_is_in_it() -> None:
    described = {spelled(path): set(ops) for path, ops in schema()["paths"].items()}
    missing = []
    for path, view in routes(get_resolver().url_patterns):
        methods = {m for m in METHODS if hasattr(getattr(view, "cls", None), m)}
        if path not in UNDESCRIBED and not methods <= described.get(spelled(path), set()):
            missing.append((path, methods))
        if path not in UNDESCRIBED and spelled(path) not in described:
            missing.append((path, "all"))
    assert missing == []


def test_the_plain_views_are_in_it() -> None:
    """They are functions: what they take cannot be seen from outside."""
    taken = [("/api/v1/feedback", "post"), ("/api/v1/feedback/batch", "post"), ("/readyz", "get")]
    assert all(method in schema()["paths"][path] for path, method in taken)


def test_no_route_ends_in_a_slash_or_redirects() -> None:
    paths = {path for path, _ in routes(get_resolver().url_patterns)} - UNDESCRIBED
    assert [path for path in paths if path.endswith("/")] == []


def test_what_has_a_key_answers_problems() -> None:
    for path, operations in schema()["paths"].items():
        for method, operation in operations.items():
            if operation.get("security"):
                assert {"401", "403", "429"} <= operation["responses"].keys(), (method, path)
            if "requestBody" in operation:
                assert {"400", "413", "422"} <= operation["responses"].keys(), (method, path)


def test_it_says_what_three_addresses_do_not_tell(cast: Cast) -> None:
    """They answer so, and were found to by asking all of them."""
    ticket = make_ticket(cast.group)
    client, customer = api(cast.lead), f"/api/v1/customers/{ticket.customer_id}/part/preview"
    client.post("/api/v1/tag-changes", {"was": "late", "becomes": "delayed"})
    answered = {
        ("get", customer): client.get(customer),
        ("post", "/api/v1/me/news/seen"): client.post("/api/v1/me/news/seen", {"tickets": ["T-0"]}),
        ("post", "/api/v1/tag-changes"): client.post(
            "/api/v1/tag-changes", {"was": "late", "becomes": "tardy"}
        ),
    }
    for (method, address), answer in answered.items():
        path = address.replace(str(ticket.customer_id), "{id}")
        assert str(answer.status_code) in schema()["paths"][path][method]["responses"], path
    assert [answer.status_code for answer in answered.values()] == [409, 404, 409]


def test_a_format_is_no_address(cast: Cast) -> None:
    assert api(cast.agent).get("/api/v1/me?format=xml").status_code == 200


def test_each_operation_has_a_name_of_its_own() -> None:
    names = [op["operationId"] for ops in schema()["paths"].values() for op in ops.values()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("address", ["/api/schema/", "/api/schema/?format=json", "/api/docs/"])
def test_it_is_read_without_sign_in(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    assert "/api/v1/tickets/{ref}/log-contact" in response.content.decode()


def test_the_page_keeps_to_the_strict_policy(client: Client) -> None:
    response = client.get("/api/docs/")
    page = response.content.decode()
    assert "script" not in response["Content-Security-Policy"]
    assert not re.search(
        r"<script|<style|\sstyle=|\son\w+=|https?://", page.replace("https://…", "")
    )


class TestTruth:
    """What is answered fits what is described, word by word."""

    pytestmark = pytest.mark.django_db

    def fits(self, body: Any, path: str, method: str = "get", status: str = "200") -> None:
        response = schema()["paths"][path][method]["responses"][status]
        shape = response["content"]["application/json"]["schema"]
        checker = Draft202012Validator({**shape, "components": schema()["components"]})
        assert [error.message for error in checker.iter_errors(body)] == []

    def test_of_a_ticket(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        make_root_cause()
        tell(cast.agent, ticket, "tag", {"add": ["late"]})
        tell(cast.agent, ticket, "resolve", {"root_cause": "delivery", "body": "On its way."})
        shown = api(cast.agent).get(f"/api/v1/tickets/{ticket.ref}").json()
        self.fits(shown, "/api/v1/tickets/{ref}")
        self.fits(shown, "/api/v1/tickets/{ref}/note", "post")

    def test_of_a_list_and_an_explanation(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        client = api(cast.agent)
        self.fits(client.get("/api/v1/tickets").json(), "/api/v1/tickets")
        explained = client.get(f"/api/v1/tickets/{ticket.ref}/clocks/resolve/explain").json()
        self.fits(explained, "/api/v1/tickets/{ref}/clocks/{kind}/explain")

    def test_of_feedback(self, cast: Cast) -> None:
        make_feedback(make_source(owners=(cast.group,)), nps=3)
        make_feedback(make_source(owners=(cast.group,)), comment="Hm.", judged=True)
        self.fits(api(cast.agent).get("/api/v1/feedback").json(), "/api/v1/feedback")

    def test_of_a_problem(self, cast: Cast) -> None:
        problem = api(cast.agent).get("/api/v1/tickets?status=x").json()
        shape = schema()["components"]["schemas"]["Problem"]
        checker = Draft202012Validator({**shape, "components": schema()["components"]})
        assert list(checker.iter_errors(problem)) == []

    def test_of_where_a_verb_is_possible(self) -> None:
        about = schema()["paths"]["/api/v1/tickets/{ref}/reopen"]["post"]["description"]
        assert "while it is resolved or closed" in about
        assert all(
            f"/api/v1/tickets/{{ref}}/{name}" in schema()["paths"]
            for name, verb in VERBS.items()
            if verb.has_route
        )


EXAMPLES = [
    ({"type": "string"}, "…"),
    ({"type": ["integer", "null"]}, 1),
    ({"enum": ["a", "b", None]}, "a | b"),
    ({"enum": ["a"]}, "a"),
    ({"oneOf": [{"type": "null"}, {"type": "boolean"}]}, True),
    ({"allOf": [{"$ref": "#/components/schemas/Dot"}]}, {"at": "2026-11-20T09:00:00Z"}),
    (
        {"type": "array", "items": {"$ref": "#/components/schemas/Dot"}},
        [{"at": "2026-11-20T09:00:00Z"}],
    ),
    ({}, {}),
]


@pytest.mark.parametrize("shape, drawn", EXAMPLES)
def test_an_example_is_drawn_from_its_shape(shape: Any, drawn: Any) -> None:
    dot = {"type": "object", "properties": {"at": {"type": "string", "format": "date-time"}}}
    assert example(shape, {"Dot": dot}) == drawn

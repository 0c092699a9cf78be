"""Rules over REST, for admins: list, create, read, change, archive, reorder, rehearse.

Which policies there are is known to a later room; whoever mounts `routes` says.
"""

from collections.abc import Callable, Container
from typing import Any

from django.urls import URLPattern, path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from accounts.permissions import AdminsWrite
from cxloop.kernel.errors import NotHere, Refused
from cxloop.kernel.moment import moment
from tickets.rules import shapes
from tickets.rules.actions import (
    archive_rule,
    check_draft,
    reorder_rules,
    revise_rule,
    take_up,
    write_rule,
)
from tickets.rules.models import Rule, RuleVersion
from tickets.rules.rehearsal import MOST_DAYS, rehearse

UNSAID = {"name": "Draft", "then": {"ticket": False, "reason": "A rehearsal opens none."}}


class RuleRoute(APIView):
    permission_classes = [AdminsWrite]
    # Until somebody says which policies there are, there are none.
    known_policies: Callable[[], Container[str]] = frozenset


class RuleList(RuleRoute):
    @extend_schema(
        operation_id="rules_list",
        parameters=[OpenApiParameter("archived", bool, description="the archived ones instead")],
        responses={200: shapes.page_of(shapes.RULE)},
    )
    def get(self, request: Request) -> Response:
        archived = request.query_params.get("archived") in {"true", "1"}
        return Response(page(archived=archived))

    @extend_schema(
        operation_id="rules_create", request=shapes.body(shapes.DRAFT), responses={201: shapes.RULE}
    )
    def post(self, request: Request) -> Response:
        written = write_rule(
            request.data, known_policies=self.known_policies(), by=person(request), now=moment()
        )
        return Response(written.public(), status=201)


class RuleDetail(RuleRoute):
    @extend_schema(operation_id="rules_read", responses={200: shapes.RULE_WITH_VERSIONS})
    def get(self, request: Request, pk: int) -> Response:
        rows = rule_versions(pk)
        return Response(rows[0].public() | {"versions": [row.public() for row in rows]})

    @extend_schema(
        operation_id="rules_change",
        request=shapes.body(shapes.CHANGES),
        responses={200: shapes.RULE},
    )
    def patch(self, request: Request, pk: int) -> Response:
        revised = revise_rule(
            rule_versions(pk)[0].rule,
            request.data,
            known_policies=self.known_policies(),
            by=person(request),
            now=moment(),
        )
        return Response(revised.public())

    @extend_schema(operation_id="rules_remove", responses={204: None}, description="Archives it.")
    def delete(self, request: Request, pk: int) -> Response:
        archive_rule(rule_versions(pk)[0].rule, by=person(request), now=moment())
        return Response(status=204)


class RuleArchive(RuleRoute):
    @extend_schema(operation_id="rules_archive", request=None, responses={200: shapes.RULE})
    def post(self, request: Request, pk: int) -> Response:
        rule = rule_versions(pk)[0].rule
        return Response(archive_rule(rule, by=person(request), now=moment()).public())


class RuleTakeUp(RuleRoute):
    @extend_schema(
        operation_id="rules_take_up",
        request=None,
        responses={200: shapes.RULE},
        description="What this version said becomes the newest version.",
    )
    def post(self, request: Request, pk: int, version: int) -> Response:
        found = next((row for row in rule_versions(pk) if row.version == version), None)
        if found is None:
            raise NotHere
        taken = take_up(
            found, known_policies=self.known_policies(), by=person(request), now=moment()
        )
        return Response(taken.public())


class RuleOrder(RuleRoute):
    @extend_schema(
        operation_id="rules_reorder",
        request=shapes.body(shapes.ORDER),
        responses={200: shapes.page_of(shapes.RULE)},
    )
    def post(self, request: Request) -> Response:
        ids = request.data.get("rules") if isinstance(request.data, dict) else None
        if not isinstance(ids, list) or not all(type(id) is int for id in ids):
            raise Refused.at("/rules", "wrong_type", "a list of rule ids is wanted here")
        reorder_rules(ids, by=person(request), now=moment())
        return Response(page(archived=False))


class Rehearsal(RuleRoute):
    @extend_schema(
        operation_id="rules_rehearse",
        request=shapes.body(shapes.REHEARSAL),
        responses={200: shapes.REHEARSED},
    )
    def post(self, request: Request) -> Response:
        raw = dict(request.data) if isinstance(request.data, dict) else {}
        days, instead_of = _days(raw.pop("days", 30)), _instead_of(raw.pop("rule", None))
        draft = check_draft(UNSAID | raw, known_policies=self.known_policies())
        return Response(rehearse(draft, days=days, now=moment(), instead_of=instead_of))


def page(*, archived: bool) -> dict[str, Any]:
    """All of them: an ordered list says nothing in pieces."""
    rows = RuleVersion.objects.newest().filter(archived=archived).order_by("order", "rule")
    found = [row.public() for row in rows.select_related("written_by")]
    return {"next": None, "previous": None, "results": found}


def rule_versions(pk: int) -> list[RuleVersion]:
    """All versions of a rule, the newest first. Raises NotHere."""
    rows = RuleVersion.objects.filter(rule=pk).select_related("rule", "written_by")
    found = list(rows.order_by("-version"))
    if not found:
        raise NotHere
    return found


def person(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user


def _days(days: Any) -> int:
    if type(days) is int and 1 <= days <= MOST_DAYS:
        return days
    raise Refused.at("/days", "out_of_range", f"days to look back, 1 to {MOST_DAYS}, are wanted")


def _instead_of(rule: Any) -> int | None:
    if rule is None:
        return None
    if type(rule) is int and Rule.objects.current().filter(pk=rule).exists():
        return rule
    raise Refused.at("/rule", "unknown_rule", "the id of a current rule is wanted here")


def routes(known_policies: Callable[[], Container[str]]) -> list[URLPattern]:
    """The routes below `rules`; `known_policies` gives the slugs a rule may name."""
    views: dict[str, type[RuleRoute]] = {
        "rules": RuleList,
        "rules/rehearse": Rehearsal,
        "rules/reorder": RuleOrder,
        "rules/<int:pk>": RuleDetail,
        "rules/<int:pk>/archive": RuleArchive,
        "rules/<int:pk>/versions/<int:version>/take-up": RuleTakeUp,
    }
    return [
        path(route, view.as_view(known_policies=known_policies)) for route, view in views.items()
    ]

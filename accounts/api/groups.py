from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import actions
from accounts.api import shapes
from accounts.api.people import person_or_404
from accounts.authentication import caller
from accounts.models import AccessGroup, User
from accounts.permissions import AdminsWrite
from accounts.roles import GroupRole
from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape, shown_as
from cxloop.kernel.shapes import read_body


class ArchiveGroup(Protocol):
    def __call__(self, *, group: AccessGroup, now: datetime, by: User | None) -> None: ...


class GroupList(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(
        operation_id="access_groups_list",
        parameters=PAGE_PARAMETERS,
        responses=page_shape(shapes.Group),
    )
    def get(self, request: Request) -> Response:
        return answer_page(_with_members(), request, shown_as(shapes.Group))

    @extend_schema(request=shapes.NewGroupBody, responses={201: shapes.Group})
    def post(self, request: Request) -> Response:
        said = read_body(shapes.NewGroupBody, request)
        group = actions.create_group(**said, now=moment(), by=caller(request))
        return Response(shapes.Group(group).data, status=201)


class GroupDetail(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)
    # What forbids it is known to a later room; whoever mounts `routes` says.
    archive: ArchiveGroup = staticmethod(actions.archive_group)

    @extend_schema(responses=shapes.Group)
    def get(self, request: Request, slug: str) -> Response:
        return _answer(slug)

    @extend_schema(request=shapes.ChangeGroupBody, responses=shapes.Group)
    @transaction.atomic
    def patch(self, request: Request, slug: str) -> Response:
        group, said = group_or_404(slug), read_body(shapes.ChangeGroupBody, request)
        me, now = caller(request), moment()
        if "name" in said:
            actions.rename_group(group=group, name=said["name"], now=now, by=me)
        if "accept_within_s" in said:
            seconds = said["accept_within_s"]
            actions.set_accept_within(group=group, seconds=seconds, now=now, by=me)
        if said.get("archived") is True:
            self.archive(group=group, now=now, by=me)
        if said.get("archived") is False:
            actions.restore_group(group=group, now=now, by=me)
        return _answer(slug)

    @extend_schema(
        responses={204: None},
        description="Archives the group, unless a rule names it; PATCH archived undoes it.",
    )
    def delete(self, request: Request, slug: str) -> Response:
        self.archive(group=group_or_404(slug), now=moment(), by=caller(request))
        return Response(status=204)


class MemberDetail(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(request=shapes.RoleBody, responses=shapes.Group)
    def put(self, request: Request, slug: str, pk: int) -> Response:
        role = GroupRole(read_body(shapes.RoleBody, request)["role"])
        person, group = person_or_404(pk), group_or_404(slug)
        actions.set_role(person=person, group=group, role=role, now=moment(), by=caller(request))
        return _answer(slug)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        person, group = person_or_404(pk), group_or_404(slug)
        actions.leave_group(person=person, group=group, now=moment(), by=caller(request))
        return Response(status=204)


def _with_members() -> QuerySet[AccessGroup]:
    return AccessGroup.objects.prefetch_related("memberships__user")


def group_or_404(slug: str) -> AccessGroup:
    group = _with_members().filter(slug=slug).first()
    if group is None:
        raise NotHere()
    return group


def _answer(slug: str) -> Response:
    return Response(shapes.Group(group_or_404(slug)).data)

from django.urls import URLPattern, path

from accounts.api.groups import ArchiveGroup, GroupDetail, GroupList, MemberDetail
from accounts.api.invitations import InvitationDetail, InvitationList
from accounts.api.keys import KeyDetail, KeyList
from accounts.api.people import Me, UserDetail, UserList


def routes(archive_group: ArchiveGroup) -> list[URLPattern]:
    """`archive_group` refuses what a later room knows to be in use."""
    return [
        path("me", Me.as_view()),
        path("users", UserList.as_view()),
        path("users/<int:pk>", UserDetail.as_view()),
        path("access-groups", GroupList.as_view()),
        path("access-groups/<slug:slug>", GroupDetail.as_view(archive=archive_group)),
        path("access-groups/<slug:slug>/members/<int:pk>", MemberDetail.as_view()),
        path("keys", KeyList.as_view()),
        path("keys/<int:pk>", KeyDetail.as_view()),
        path("invitations", InvitationList.as_view()),
        path("invitations/<int:pk>", InvitationDetail.as_view()),
    ]

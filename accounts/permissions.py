"""Who may use the routes that shape the organisation."""

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.models import User
from cxloop.kernel.errors import Forbidden


def must_be_admin(person: User) -> None:
    if not person.is_admin:
        raise Forbidden("Only an admin may do this.")


class AdminsWrite(BasePermission):
    """Admins read and write, auditors read; to all others the whole route is closed, so that
    nobody learns from it what exists."""

    message = "Only an admin may do this."

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.user, User):
            return False
        if request.method in SAFE_METHODS:
            return request.user.reads_everything
        return request.user.is_admin

"""Who looks, and who may turn the screws."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

from accounts.authentication import caller
from cxloop.kernel.errors import Forbidden

View = Callable[..., HttpResponse]

__all__ = ["admins_write", "caller"]


def admins_write(view: View) -> View:
    """Auditors read these pages, admins change what stands on them; to all others they are
    closed."""

    @wraps(view)
    def admitted(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
        person = caller(request)
        may = person.reads_everything if request.method in {"GET", "HEAD"} else person.is_admin
        if not may:
            raise Forbidden("Only an admin may do this.")
        return view(request, *args, **named)

    return admitted

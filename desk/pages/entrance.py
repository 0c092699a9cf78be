"""Coming in and going out. These pages are for people who are not signed in."""

from functools import partial

from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import accept_invitation, ask_password_reset, check_sign_in, reset_password
from accounts.models import User
from cxloop.kernel.callers import address_of
from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from desk.answers import SeeOther, see, show
from desk.forms.base import Said
from desk.forms.entrance import AcceptForm, ForgottenForm, NewPasswordForm, SignInForm

_BY_PASSWORD = "django.contrib.auth.backends.ModelBackend"
reads_or_sends = require_http_methods(["GET", "HEAD", "POST"])


@login_not_required
@reads_or_sends
def sign_in(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, User):
        return see("queue")
    form = SignInForm.of(request, initial={"next": request.GET.get("next", "")})
    if form.carries_out(partial(_recognise, request)):
        login(request, form.result, backend=_BY_PASSWORD)
        return see(_safe_place(request, form.cleaned_data["next"]))
    return show(request, "entrance/sign_in.html", {}, form=form)


def _recognise(request: HttpRequest, said: Said) -> User:
    return check_sign_in(
        email=said["email"], password=said["password"], address=address_of(request), now=moment()
    )


def _safe_place(request: HttpRequest, wanted: str) -> str:
    """Where they were going, if that is a page of ours."""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else "queue"


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> SeeOther:
    logout(request)
    return see("sign-in")


@login_not_required
@reads_or_sends
def forgotten(request: HttpRequest) -> HttpResponse:
    form = ForgottenForm.of(request)
    asked = form.carries_out(partial(_ask_reset, request))
    return show(request, "entrance/forgotten.html", {"asked": asked}, form=form)


def _ask_reset(request: HttpRequest, said: Said) -> None:
    ask_password_reset(email=said["email"], address=address_of(request), now=moment())


@login_not_required
@reads_or_sends
def new_password(request: HttpRequest, uid: int, token: str) -> HttpResponse:
    """Reading changes nothing: letters are opened by scanners too."""

    def choose(said: Said) -> None:
        reset_password(uid=uid, token=token, password=said["password"], now=moment())

    form = NewPasswordForm.of(request)
    try:
        if form.carries_out(choose):
            messages.success(request, _("Your new password holds. Sign in with it."))
            return see("sign-in")
    except NotHere:
        return show(request, "entrance/spent.html", {}, form=_spent(form))
    return show(request, "entrance/new_password.html", {}, form=form)


def _spent(form: NewPasswordForm) -> NewPasswordForm:
    form.blame(NotHere(code="link_spent"))
    return form


@login_not_required
@reads_or_sends
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    def accept(said: Said) -> User:
        return accept_invitation(token=token, **said, now=moment())

    form = AcceptForm.of(request)
    if form.carries_out(accept):
        login(request, form.result, backend=_BY_PASSWORD)
        return see("queue")
    return show(request, "entrance/invitation.html", {}, form=form)

"""Mailboxes elsewhere of a source: added, changed, tried, and removed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from cxloop.kernel.moment import moment
from desk.admission import admins_write, caller
from desk.answers import SeeOther
from desk.forms.base import Said
from desk.forms.imap import SECRETS, ChangeImapForm, ImapForm
from desk.imap_words import Fetched, said_of_trouble
from desk.pages.admin.shelf import done, found_by_slug, reads_or_sends, shelve
from feedback.email.actions import add_account, change_account, remove_account
from feedback.email.imap.trying import Tried, try_connection
from feedback.email.imap_account import ImapAccount
from feedback.email.imap_api import account_or_404
from feedback.intake.models import Source


@reads_or_sends
@admins_write
def new_account(request: HttpRequest, slug: str) -> HttpResponse:
    def add(said: Said) -> ImapAccount:
        return add_account(source, said, by=caller(request), now=moment())

    source, form = found_by_slug(Source, slug), ImapForm.of(request)
    if form.carries_out(add):
        return done(request, "admin-imap", slug, form.result.pk)
    return shelve(request, "sources/imap_new", {"row": source}, form=form)


@reads_or_sends
@admins_write
def account(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    def change(said: Said) -> None:
        change_account(found, said, by=caller(request), now=moment())

    found = account_or_404(slug, pk)
    form = ChangeImapForm.of(request, initial=_about(found))
    if form.carries_out(change):
        return done(request, "admin-imap", slug, pk)
    return _page(request, account_or_404(slug, pk), form)


@require_POST
@admins_write
def try_account(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What came of it stands on the answer."""
    found = account_or_404(slug, pk)
    return _page(request, found, ChangeImapForm(initial=_about(found)), try_connection(found))


@require_POST
@admins_write
def remove(request: HttpRequest, slug: str, pk: int) -> SeeOther:
    remove_account(account_or_404(slug, pk), by=caller(request), now=moment())
    return done(request, "admin-source", slug)


def _page(
    request: HttpRequest, found: ImapAccount, form: ImapForm, tried: Tried | None = None
) -> HttpResponse:
    context: dict[str, Any] = {"row": found.source, "fetched": Fetched(found), "tried": tried}
    if tried:
        context["tried_says"] = said_of_trouble(tried.trouble)
    return shelve(request, "sources/imap", context, form=form)


def _about(found: ImapAccount) -> Said:
    names = [name for name in ImapForm.base_fields if name not in SECRETS]
    return {name: getattr(found, name) for name in names}

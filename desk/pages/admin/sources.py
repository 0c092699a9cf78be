from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.models import AccessGroup, Change
from cxloop.kernel.errors import Conflict, NotHere
from cxloop.kernel.moment import moment
from desk.admission import admins_write, caller
from desk.answers import SeeOther, is_fragment, see, show
from desk.changes import changes_of
from desk.developing import asked_by, judged_trials
from desk.forms.base import DeskForm, Said
from desk.forms.sources import (
    HookForm,
    HookSecretForm,
    KeyForm,
    MailboxesForm,
    NewSourceForm,
    SourceForm,
    TrialForm,
)
from desk.mail_hooks import lacking, may_have_hooks, told_hooks
from desk.pages.admin.shelf import done, reads_or_sends, shelve
from desk.quarantine import waiting_for
from desk.samples import lack_keys, samples_of
from feedback.email.actions import mailboxes_of, set_mailboxes
from feedback.intake.actions import sources as actions
from feedback.intake.actions.trials import send_trial
from feedback.intake.models import Channel, Source, SourceKey, SourceOwner
from feedback.intake.submission import read_submission
from feedback.web.actions import ASKING
from feedback.web.models import Form
from insights.releases import Releases, releases_of

MOST_REVOKED = 20
RELEASES_OF = timedelta(days=90)


@reads_or_sends
@admins_write
def sources(request: HttpRequest) -> HttpResponse:
    rows = Source.objects.order_by("-archived_at", "name").prefetch_related("owners")
    return shelve(request, "sources/list", {"rows": rows})


@reads_or_sends
@admins_write
def new_source(request: HttpRequest) -> HttpResponse:
    def create(said: Said) -> Source:
        owners, me = _groups(said.pop("owners")), caller(request)
        return actions.create_source(owners=owners, now=moment(), by=me, **said)

    form = NewSourceForm.of(request)
    if form.carries_out(create):
        return done(request, "admin-source", form.cleaned_data["slug"])
    return shelve(request, "sources/new", {}, form=form)


@reads_or_sends
@admins_write
def source(request: HttpRequest, slug: str) -> HttpResponse:
    @transaction.atomic
    def change(said: Said) -> None:
        me, now = caller(request), moment()
        actions.set_owners(found, _groups(said.pop("owners")), now=now, by=me)
        actions.change_source(found, now=now, by=me, **said)

    found = _source(slug)
    if is_fragment(request):
        valid = SourceKey.objects.filter(source=found).order_by("-pk").valid()
        return show(
            request, "admin/sources/asked.html", {"row": found, **_developing(found, valid)}
        )
    form = SourceForm.of(request, initial=_about(found))
    if form.carries_out(change):
        return done(request, "admin-source", slug)
    return source_page(request, found, {}, form=form)


@reads_or_sends
@admins_write
def mailboxes(request: HttpRequest, slug: str) -> HttpResponse:
    def put(said: Said) -> None:
        set_mailboxes(found, said["addresses"], by=caller(request), now=moment())

    found, form = _source(slug), MailboxesForm.of(request)
    if form.carries_out(put):
        return done(request, "admin-source", slug)
    return source_page(request, found, {"mailboxes": form}, form=form)


@reads_or_sends
@admins_write
def keys(request: HttpRequest, slug: str) -> HttpResponse:
    """The new key stands on the answer itself and nowhere else: it is shown once."""

    def issue(said: Said) -> tuple[SourceKey, str]:
        return actions.issue_source_key(found, **said, now=moment(), by=caller(request))

    found, form = _source(slug), KeyForm.of(request, auto_id="key-%s")
    if not form.carries_out(issue):
        return source_page(request, found, {"key_form": form}, form=form)
    key, clear = form.result
    answer = source_page(request, found, {"clear": clear, "again": key.shown}, form=form)
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@admins_write
def revoke(request: HttpRequest, slug: str, pk: int) -> SeeOther:
    key = SourceKey.objects.filter(source=_source(slug), pk=pk).first()
    if key is None:
        raise NotHere()
    actions.revoke_source_key(key, now=moment(), by=caller(request))
    return done(request, "admin-source", slug)


@require_POST
@admins_write
def send_test(request: HttpRequest, slug: str) -> HttpResponse:
    """One feedback by the newest test key, so that somebody sees one arrive."""

    def send(said: Said) -> UUID:
        key = SourceKey.objects.filter(source=found, is_test=True).valid().order_by("-pk").first()
        if key is None:
            raise Conflict("A test needs a test key.", code="no_test_key")
        now = moment()
        return send_trial(read_submission(form.body(), now=now), source_key=key, now=now)

    found, form = _source(slug), TrialForm.of(request, auto_id="trial-%s")
    if form.carries_out(send):
        return see(f"{reverse('admin-source', args=[slug])}#tried")
    return source_page(request, found, {"trial_form": form}, form=form)


@require_POST
@admins_write
def archive(request: HttpRequest, slug: str) -> SeeOther:
    """Archives it, or, where it is archived, brings it back."""
    found, me = _source(slug), caller(request)
    if found.archived_at:
        actions.restore_source(found, now=moment(), by=me)
    else:
        actions.archive_source(found, now=moment(), by=me)
    return done(request, "admin-source", slug)


def _mailboxes(found: Source) -> MailboxesForm | None:
    if found.channel != Channel.EMAIL:
        return None
    return MailboxesForm(initial={"addresses": mailboxes_of(found)})


def _hooks(found: Source) -> dict[str, Any]:
    if not may_have_hooks(found):
        return {}
    hooks = told_hooks(found)
    missing = lacking(hooks)
    return {
        "may_have_hooks": True,
        "hooks": hooks,
        "hook_form": HookForm(auto_id="hook-%s", providers=missing) if missing else None,
        "secret_form": HookSecretForm(auto_id="secret-%s"),
    }


def source_page(
    request: HttpRequest, found: Source, shown: dict[str, Any], *, form: DeskForm
) -> HttpResponse:
    keys = SourceKey.objects.filter(source=found).order_by("-pk")
    valid = list(keys.valid())
    samples = samples_of(found, valid, shown.get("clear", ""))
    context = {
        "row": found,
        "keys": valid,
        "revoked": keys.filter(revoked_at__isnull=False)[:MOST_REVOKED],
        "asks": found.channel in ASKING,
        "releases": _releases(found),
        "mailboxes": _mailboxes(found),
        **_hooks(found),
        "forms": Form.objects.current().filter(source=found).in_order(),
        "samples": samples,
        "lacks_keys": lack_keys(samples),
        "held": waiting_for(caller(request), found),
        "changes": changes_of(Change.About.SOURCE, found.slug),
        "key_form": KeyForm(auto_id="key-%s"),
        "trial_form": TrialForm(auto_id="trial-%s"),
        **_developing(found, valid),
        "facts": form if isinstance(form, SourceForm) else SourceForm(initial=_about(found)),
        **shown,
    }
    return shelve(request, "sources/edit", context, form=form)


def _developing(found: Source, keys: Iterable[SourceKey]) -> dict[str, Any]:
    """What changes while somebody tries: the page asks for it anew every few seconds."""
    keys = list(keys)
    return {
        "asked": asked_by(keys, now=moment()),
        "trials": judged_trials(found),
        "has_test_key": any(key.is_test for key in keys),
    }


def _releases(found: Source) -> Releases | None:
    """Of what has releases."""
    if found.channel != Channel.APP:
        return None
    now = moment()
    return releases_of(found, since=now - RELEASES_OF, until=now)


def _source(slug: str) -> Source:
    found = Source.objects.filter(slug=slug).first()
    if found is None:
        raise NotHere()
    return found


def _groups(slugs: list[str]) -> list[AccessGroup]:
    return list(AccessGroup.objects.filter(slug__in=slugs))


def _about(found: Source) -> dict[str, Any]:
    owners = SourceOwner.objects.filter(source=found).values_list("group__slug", flat=True)
    names = [name for name in SourceForm.base_fields if name != "owners"]
    return {**{name: getattr(found, name) for name in names}, "owners": list(owners)}

"""Where Postmark and Mailgun post the mails of a source: on its page, a secret shown once."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from cxloop.kernel.moment import moment
from desk.admission import admins_write, caller
from desk.answers import SeeOther
from desk.forms.base import DeskForm, Said
from desk.forms.sources import HookForm, HookSecretForm
from desk.pages.admin.shelf import done, found_by_slug, reads_or_sends
from desk.pages.admin.sources import source_page
from feedback.email.actions import make_hook, remove_hook, replace_secret
from feedback.email.api_hooks import address_of_hook, hook_or_404
from feedback.email.models import MailHook
from feedback.intake.models import Source


@reads_or_sends
@admins_write
def hooks(request: HttpRequest, slug: str) -> HttpResponse:
    def make(said: Said) -> tuple[MailHook, str]:
        return make_hook(found, **said, by=caller(request), now=moment())

    found, form = found_by_slug(Source, slug), HookForm.of(request, auto_id="hook-%s")
    if not form.carries_out(make):
        # Only looked at, it offers those providers alone that have none yet.
        shown = {"hook_form": form} if form.is_bound else {}
        return source_page(request, found, shown, form=form)
    return _shown_once(request, found, *form.result, form=form)


@reads_or_sends
@admins_write
def hook(request: HttpRequest, slug: str, provider: str) -> HttpResponse:
    """Gives it another secret."""

    def replace(said: Said) -> str:
        return replace_secret(row, **said, by=caller(request), now=moment())

    found, form = found_by_slug(Source, slug), HookSecretForm.of(request, auto_id="secret-%s")
    row = hook_or_404(slug, provider)
    if not form.carries_out(replace):
        return source_page(request, found, {"secret_form": form}, form=form)
    return _shown_once(request, found, row, form.result, form=form)


@require_POST
@admins_write
def remove(request: HttpRequest, slug: str, provider: str) -> SeeOther:
    remove_hook(hook_or_404(slug, provider), by=caller(request), now=moment())
    return done(request, "admin-source", slug)


def _shown_once(
    request: HttpRequest, found: Source, hook: MailHook, clear: str, *, form: DeskForm
) -> HttpResponse:
    """The secret stands on the answer itself and nowhere else."""
    if not clear:
        return done(request, "admin-source", found.slug)
    shown = {"clear_address": address_of_hook(hook, clear)}
    answer = source_page(request, found, shown, form=form)
    answer["Cache-Control"] = "no-store"
    return answer

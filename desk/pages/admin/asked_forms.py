"""What a source asks: its forms, each with its versions, looked at before it is kept."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from desk.admission import admins_write, caller
from desk.answers import SeeOther
from desk.forms.asked_forms import AskedForm, NewAskedForm, SheetForm
from desk.forms.base import DeskForm, Said
from desk.pages.admin.shelf import done, found_by_slug, reads_or_sends, shelve, wants_json
from desk.question_sheet import KINDS
from desk.words import said_as
from feedback.intake.models import Source
from feedback.web.actions import (
    ASKING,
    archive_form,
    restore_form,
    revise_form,
    write_form,
)
from feedback.web.api_forms import form_or_404
from feedback.web.forms import FormDocument, read_form_document
from feedback.web.links import code_of, form_url
from feedback.web.models import Form, FormVersion
from feedback.web.pages import show_unsaved

MOST_VERSIONS = 30
OFFERED = ("en", "ko", "ja", "zh", "de", "fr", "es", "pt", "vi", "id")


@reads_or_sends
@admins_write
def asked_forms(request: HttpRequest, slug: str) -> HttpResponse:
    source = _source(slug)
    form = NewAskedForm.of(request)

    def write(said: Said) -> Form:
        said = {"slug": said["slug"], "name": said["name"], "document": form.document}
        return write_form(source, **said, by=caller(request), now=moment())

    if form.carries_out(write):
        return done(request, "admin-asked-form", slug, form.result.slug)
    rows = Form.objects.filter(source=source).in_order()
    context = {"source": source, "rows": [(row, form_url(slug, row.slug)) for row in rows]}
    return shelve(request, "sources/forms", context, form=form)


@reads_or_sends
@admins_write
def asked_form(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    found = form_or_404(slug, name)
    as_json = wants_json(request, "document")
    form = AskedForm.of(request, initial=_about(found)) if as_json else _sheet(request, found)
    if isinstance(form, SheetForm) and (act := request.POST.get("do")):
        form.change(act)
    elif "look" in request.POST:
        if form.carries_out(lambda said: read_form_document(_document(form, said))):
            looked_at: FormDocument = form.result
            return show_unsaved(request, found.source, looked_at)
    elif form.carries_out(lambda said: _revise(request, found, form, said)):
        return done(request, "admin-asked-form", slug, name)
    return _form_page(request, found, form, as_json=as_json)


def _sheet(request: HttpRequest, found: Form) -> SheetForm:
    document = found.newest().document if request.method != "POST" else {}
    return SheetForm.of(request, initial={"name": found.name}, document=document)


def _document(form: DeskForm, said: Said) -> object:
    return form.document if isinstance(form, SheetForm) else said["document"]


def _revise(request: HttpRequest, found: Form, form: DeskForm, said: Said) -> bool:
    name, document = said["name"], _document(form, said)
    return revise_form(found, name=name, document=document, by=caller(request), now=moment())


def _form_page(request: HttpRequest, found: Form, form: DeskForm, *, as_json: bool) -> HttpResponse:
    slug, name = found.source.slug, found.slug
    versions = FormVersion.objects.filter(form=found).select_related("made_by").order_by("-number")
    context = {
        "source": found.source,
        "row": found,
        "address": form_url(slug, name),
        "example": _example(found.newest().read()),
        "versions": versions[:MOST_VERSIONS],
        "as_json": as_json,
        "more_languages": _more_languages(form) if isinstance(form, SheetForm) else [],
        "kinds": [(kind, said_as(kind, "asked")) for kind in KINDS],
    }
    return shelve(request, "sources/form", context, form=form)


def _more_languages(form: SheetForm) -> list[str]:
    return [one for one in OFFERED if one not in form.sheet.languages]


@require_safe
@admins_write
def code(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Its address as a QR code, for a parcel or a counter."""
    found = form_or_404(slug, name)
    answer = HttpResponse(code_of(form_url(slug, found.slug)), content_type="image/svg+xml")
    answer["Content-Disposition"] = f'inline; filename="{slug}-{found.slug}.svg"'
    return answer


@require_POST
@admins_write
def archive(request: HttpRequest, slug: str, name: str) -> SeeOther:
    """Archives it, or, where it is archived, brings it back."""
    found, me = form_or_404(slug, name), caller(request)
    (restore_form if found.archived_at else archive_form)(found, by=me, now=moment())
    return done(request, "admin-asked-form", slug, name)


def _example(form: FormDocument) -> str:
    """What a link in a letter would choose; blank where nothing can be."""
    first = next((question for question in form.questions if question.answers), None)
    return f"{first.key}={first.answers[0]}" if first else ""


def _about(form: Form) -> Said:
    return {"name": form.name, "document": form.newest().document}


def _source(slug: str) -> Source:
    found: Source = found_by_slug(Source, slug)
    if found.channel not in ASKING:
        raise NotHere()
    return found

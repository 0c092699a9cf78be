"""Forms are written, revised, put away and brought back."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from accounts.acceptable import acceptable_name
from accounts.actions.changes import note_change
from accounts.actions.unique import given_once
from accounts.models import Change, User
from cxloop.kernel.errors import Conflict, Refused
from feedback.intake.models import Channel, Source
from feedback.web.forms import read_form_document
from feedback.web.models import Form, FormVersion

ASKING = (Channel.WEBSITE, Channel.APP)
MOST_FORMS = 100
SOURCE = Change.About.SOURCE


@transaction.atomic
def write_form(
    source: Source, *, slug: str, name: str, document: Any, by: User | None, now: datetime
) -> Form:
    """Raises Refused with pointers; Conflict `archived` where the source is."""
    if source.archived_at:
        raise Conflict("The source is archived.", code="archived")
    if source.channel not in ASKING:
        raise Refused.at("/source", "unknown_source", "Only websites and apps ask by a form.")
    if slug != slugify(slug) or not 0 < len(slug) <= 60:
        raise Refused.at("/slug", "malformed", "Up to 60 of a-z, 0-9, hyphen and underscore.")
    read_form_document(document)
    if Form.objects.filter(source=source).count() >= MOST_FORMS:
        raise Refused.at("/slug", "too_many", f"At most {MOST_FORMS} forms a source.")
    form = Form(source=source, slug=slug, name=acceptable_name(name), created_at=now)
    with given_once("/slug", "There is a form of this slug already."):
        form.save(force_insert=True)
    _keep(form, document, by=by, now=now)
    note_change(SOURCE, source.slug, "form_written", by=by, now=now, form=slug)
    return form


@transaction.atomic
def revise_form(
    form: Form, *, name: str | None, document: Any | None, by: User | None, now: datetime
) -> bool:
    """Whether anything is otherwise now. The same questions again are no new version."""
    kept = Form.objects.select_for_update(no_key=True).get(pk=form.pk)
    if kept.archived_at:
        raise Conflict("The form is archived.", code="archived")
    is_named_anew = name is not None and acceptable_name(name) != kept.name
    if is_named_anew:
        kept.name = acceptable_name(name or "")
    is_new = document is not None and document != kept.newest().document
    if is_new:
        read_form_document(document)
        kept.version += 1
        _keep(kept, document, by=by, now=now)
    if is_named_anew or is_new:
        kept.save(update_fields=["name", "version"])
        facts = {"form": kept.slug, "version": kept.version}
        note_change(SOURCE, kept.source.slug, "form_revised", by=by, now=now, **facts)
    return is_named_anew or is_new


def _keep(form: Form, document: Any, *, by: User | None, now: datetime) -> None:
    FormVersion.objects.create(
        form=form, number=form.version, document=document, made_by=by, made_at=now
    )


def archive_form(form: Form, *, by: User | None, now: datetime) -> None:
    """It is asked no more; what was answered to it stays."""
    if Form.objects.current().filter(pk=form.pk).update(archived_at=now):
        note_change(SOURCE, form.source.slug, "form_archived", by=by, now=now, form=form.slug)


def restore_form(form: Form, *, by: User | None, now: datetime) -> None:
    if Form.objects.exclude(archived_at=None).filter(pk=form.pk).update(archived_at=None):
        note_change(SOURCE, form.source.slug, "form_restored", by=by, now=now, form=form.slug)

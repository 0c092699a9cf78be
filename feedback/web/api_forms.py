"""Forms of a source over REST."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from drf_spectacular.utils import extend_schema
from rest_framework.fields import (
    BooleanField,
    CharField,
    DictField,
    IntegerField,
    JSONField,
    ListField,
    URLField,
)
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.api.shapes import PersonBrief
from accounts.authentication import caller
from accounts.permissions import AdminsWrite
from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape
from cxloop.kernel.shapes import Instant, Shape, read_body
from feedback.intake.api.sources import source_or_404
from feedback.web.actions import archive_form, restore_form, revise_form, write_form
from feedback.web.gallery import GALLERY, Ready
from feedback.web.links import form_url
from feedback.web.models import Form, FormVersion

DOCUMENT = "what is asked: {questions: [{key, kind, ask: {en: …}, …}], thanks: {en: …}}"


class FormShape(Serializer[Any]):
    slug = CharField()
    name = CharField()
    version = IntegerField()
    document = DictField(help_text=DOCUMENT)
    languages = ListField(child=CharField())
    url = URLField(help_text="its page, for a link or a QR code")
    created_at = Instant()
    archived_at = Instant(allow_null=True)


class FormVersionShape(Serializer[Any]):
    version = IntegerField()
    made_at = Instant()
    made_by = PersonBrief(allow_null=True)
    document = DictField()


class ReadyForm(Serializer[Any]):
    slug = CharField()
    name = DictField(child=CharField(), help_text="by language")
    touchpoint = DictField(child=CharField(), help_text="by language")
    document = DictField(help_text=DOCUMENT)


class NewFormBody(Shape):
    slug = CharField(max_length=60)
    name = CharField(max_length=120)
    document = JSONField(help_text=DOCUMENT)


class ChangeFormBody(Shape):
    """Another document is the next version; answers keep the one that they were given to."""

    name = CharField(max_length=120, required=False)
    document = JSONField(required=False, help_text=DOCUMENT)
    archived = BooleanField(required=False)


class FormList(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(
        operation_id="forms_list", parameters=PAGE_PARAMETERS, responses=page_shape(FormShape)
    )
    def get(self, request: Request, slug: str) -> Response:
        """Archived ones too."""
        rows = Form.objects.filter(source=source_or_404(slug)).select_related("source")
        return answer_page(rows, request, show_forms)

    @extend_schema(operation_id="forms_create", request=NewFormBody, responses={201: FormShape})
    def post(self, request: Request, slug: str) -> Response:
        source, said = source_or_404(slug), read_body(NewFormBody, request)
        form = write_form(source, **said, by=caller(request), now=moment())
        return Response(show_form(form), status=201)


class FormDetail(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(operation_id="forms_read", responses=FormShape)
    def get(self, request: Request, slug: str, form: str) -> Response:
        return Response(show_form(form_or_404(slug, form)))

    @extend_schema(operation_id="forms_change", request=ChangeFormBody, responses=FormShape)
    @transaction.atomic
    def patch(self, request: Request, slug: str, form: str) -> Response:
        found, said = form_or_404(slug, form), read_body(ChangeFormBody, request)
        archived, me, now = said.pop("archived", None), caller(request), moment()
        if archived is False:
            restore_form(found, by=me, now=now)
        if said:
            known = {"name": None, "document": None} | said
            revise_form(found, **known, by=me, now=now)
        if archived is True:
            archive_form(found, by=me, now=now)
        return Response(show_form(form_or_404(slug, form)))

    @extend_schema(
        operation_id="forms_archive",
        responses={204: None},
        description="It is asked no more; PATCH archived undoes it.",
    )
    def delete(self, request: Request, slug: str, form: str) -> Response:
        archive_form(form_or_404(slug, form), by=caller(request), now=moment())
        return Response(status=204)


class FormVersionList(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(
        operation_id="forms_versions",
        parameters=PAGE_PARAMETERS,
        responses=page_shape(FormVersionShape),
    )
    def get(self, request: Request, slug: str, form: str) -> Response:
        rows = FormVersion.objects.filter(form=form_or_404(slug, form)).select_related("made_by")
        return answer_page(
            rows, request, lambda page: [row.brief() | {"document": row.document} for row in page]
        )


class FormGallery(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(operation_id="forms_gallery", responses=ReadyForm(many=True))
    def get(self, request: Request) -> Response:
        """Forms that are ready to be asked, by touchpoint: post one of their documents."""
        return Response([Ready._asdict(ready) for ready in GALLERY])


def form_or_404(source: str, slug: str) -> Form:
    rows = Form.objects.filter(source=source_or_404(source), slug=slug)
    form = rows.select_related("source").first()
    if form is None:
        raise NotHere()
    return form


def show_forms(forms: Sequence[Form]) -> list[dict[str, Any]]:
    """Each with what it asks now, all read in one statement."""
    newest = FormVersion.objects.filter(form__in=forms, number=F("form__version"))
    versions = {version.form_id: version for version in newest}
    return [_shown(form, versions[form.pk]) for form in forms]


def show_form(form: Form) -> dict[str, Any]:
    return show_forms([form])[0]


def _shown(form: Form, version: FormVersion) -> dict[str, Any]:
    return {
        "slug": form.slug,
        "name": form.name,
        "version": form.version,
        "document": version.document,
        "languages": list(version.read().languages),
        "url": form_url(form.source.slug, form.slug),
        "created_at": form.created_at,
        "archived_at": form.archived_at,
    }

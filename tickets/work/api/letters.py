from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.fields import BooleanField, CharField, ChoiceField, IntegerField, ListField
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.api.shapes import PersonBrief
from accounts.authentication import caller
from accounts.models import AccessGroup
from accounts.permissions import AdminsWrite
from cxloop.kernel.errors import Refused
from cxloop.kernel.moment import moment
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape
from cxloop.kernel.shapes import Instant, Shape, read_body
from tickets.work.actions.letter_templates import acceptable_words, word_letter
from tickets.work.filters import Filter, narrow, one_of
from tickets.work.letter_samples import sample
from tickets.work.letter_words import LANGUAGES, LETTERS, SORTS, Words
from tickets.work.models import LetterTemplate

KIND = OpenApiParameter("kind", str, enum=list(SORTS))
LANGUAGE = OpenApiParameter("language", str, enum=list(LANGUAGES))
FILTERS: dict[str, Filter] = {
    "kind": lambda said: Q(kind__in=one_of(said, SORTS)),
    "language": lambda said: Q(language__in=one_of(said, LANGUAGES)),
}


class Template(Serializer[Any]):
    """The words of one sort of letter in one language."""

    kind = ChoiceField(list(SORTS))
    language = ChoiceField(LANGUAGES)
    group = CharField(allow_null=True, help_text="slug; of signatures alone")
    version = IntegerField(help_text="0 is built in")
    built_in = BooleanField(help_text="the words are those that came with the house")
    subject = CharField(help_text="blank where it keeps the subject of its thread")
    body = CharField()
    variables = ListField(child=CharField(), help_text="written {number}")
    needed = ListField(child=CharField(), help_text="of them those that must stand in the body")
    written_at = Instant(allow_null=True)
    written_by = PersonBrief(allow_null=True)


class Templates(Serializer[Any]):
    letter_templates = Template(many=True)


class Letter(Serializer[Any]):
    subject = CharField()
    body = CharField()


class WordsBody(Shape):
    """Blank words are those that are built in."""

    kind = ChoiceField(list(SORTS))
    language = ChoiceField(LANGUAGES)
    group = CharField(required=False, allow_null=True, max_length=60, help_text="of a signature")
    subject = CharField(required=False, allow_blank=True, default="", max_length=200)
    body = CharField(
        required=False, allow_blank=True, default="", max_length=10_000, trim_whitespace=False
    )


class LetterTemplateList(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(operation_id="letter_templates_list", responses=Templates)
    def get(self, request: Request) -> Response:
        """The words in force, built in or written."""
        return Response({"letter_templates": list(_in_force())})

    @extend_schema(
        operation_id="letter_templates_write",
        request=WordsBody,
        responses={201: Template},
        description="Writes the next version, for letters written from now on.",
    )
    def post(self, request: Request) -> Response:
        said = _read(request)
        row = word_letter(**said, by=caller(request), now=moment())
        shown = _written(row) if row else _built_in(said["kind"], said["language"], said["group"])
        return Response(shown, status=201)


class LetterTemplatePreview(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(operation_id="letter_templates_preview", request=WordsBody, responses=Letter)
    def post(self, request: Request) -> Response:
        """As it would leave, to a customer who does not exist. Nothing is written."""
        said = _read(request)
        words = acceptable_words(**said)
        team = said["group"].name if said["group"] else ""
        letter = sample(said["kind"], said["language"], words, team=team)
        return Response({"subject": letter.subject, "body": letter.body})


class LetterTemplateVersions(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(
        operation_id="letter_templates_versions",
        parameters=[KIND, LANGUAGE, *PAGE_PARAMETERS],
        responses=page_shape(Template),
        description="All that was ever written, the newest first.",
    )
    def get(self, request: Request) -> Response:
        rows = LetterTemplate.objects.select_related("group", "written_by")
        found = narrow(rows, request.query_params, FILTERS)
        return answer_page(
            found, request, lambda page: [_written(row) for row in page], order="-pk"
        )


def _read(request: Request) -> dict[str, Any]:
    said = read_body(WordsBody, request)
    return {
        "kind": said["kind"],
        "language": said["language"],
        "group": _group(said.get("group")),
        "words": Words(said["subject"], said["body"]),
    }


def _group(slug: str | None) -> AccessGroup | None:
    if slug is None:
        return None
    group = AccessGroup.objects.current().filter(slug=slug).first()
    if group is None:
        raise Refused.at("/group", "unknown_group", "There is no such group.")
    return group


def _in_force() -> Iterator[dict[str, Any]]:
    rows = LetterTemplate.objects.in_force().select_related("group", "written_by")
    kept = {(row.kind, row.language, row.group_id): row for row in rows}
    for kind in LETTERS:
        for language in LANGUAGES:
            row = kept.pop((kind, language, None), None)
            yield _written(row) if row else _built_in(kind, language)
    yield from map(_written, kept.values())


def _written(row: LetterTemplate) -> dict[str, Any]:
    return {
        **_about(row.kind, row.language, row.words, row.group),
        "version": row.version,
        "built_in": not row.body,
        "written_at": Instant().to_representation(row.written_at),
        "written_by": row.written_by and row.written_by.brief(),
    }


def _built_in(kind: str, language: str, group: AccessGroup | None = None) -> dict[str, Any]:
    said = _about(kind, language, SORTS[kind].built_in[language], group)
    return {**said, "version": 0, "built_in": True, "written_at": None, "written_by": None}


def _about(kind: str, language: str, words: Words, group: AccessGroup | None) -> dict[str, Any]:
    sort = SORTS[kind]
    return {
        "kind": kind,
        "language": language,
        "group": group and group.slug,
        "subject": words.subject,
        "body": words.body,
        "variables": list(sort.variables),
        "needed": list(sort.needed),
    }

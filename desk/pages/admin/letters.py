"""The words of our letters to customers, by language, and a signature for each group."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import AccessGroup
from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from desk.admission import admins_write, caller
from desk.answers import see
from desk.forms.admin import VersionForm
from desk.forms.base import Said
from desk.forms.letters import LetterForm
from desk.letter_changes import versions_of
from desk.letter_names import LEAVES, NAMES, variables_of
from desk.pages.admin.shelf import found_by_slug, reads_or_sends, shelve
from tickets.work.actions.letter_templates import (
    acceptable_words,
    newest_template,
    word_letter,
    words_of_version,
)
from tickets.work.letter_samples import sample
from tickets.work.letter_words import LANGUAGES, LETTERS, SIGNATURE, SORTS, Words
from tickets.work.models import LetterTemplate

SPOKEN = {code: name for code, name in settings.LANGUAGES if code in LANGUAGES}


@dataclass(frozen=True)
class Place:
    """Which words of which letter."""

    kind: str
    language: str
    group: AccessGroup | None = None

    @property
    def address(self) -> str:
        if self.group:
            return resolve_url("admin-signature", self.group.slug, self.language)
        return resolve_url("admin-letter", self.kind, self.language)

    @property
    def named(self) -> dict[str, Any]:
        """As the room asks for it."""
        return {"kind": self.kind, "language": self.language, "group": self.group}

    def in_language(self, language: str) -> "Place":
        return Place(self.kind, language, self.group)


@dataclass(frozen=True)
class Shelved:
    """One place in the list; without a row its words are built in."""

    place: Place
    row: LetterTemplate | None

    @property
    def spoken(self) -> str:
        return SPOKEN[self.place.language]


@require_safe
@admins_write
def letters(request: HttpRequest) -> HttpResponse:
    rows = LetterTemplate.objects.in_force().select_related("written_by")
    kept = {(row.kind, row.language, row.group_id): row for row in rows}
    groups = list(AccessGroup.objects.current().order_by("name"))

    def shelved(kind: str, group: AccessGroup | None = None) -> list[Shelved]:
        places = [Place(kind, language, group) for language in LANGUAGES]
        return [
            Shelved(p, kept.get((kind, p.language, group.pk if group else None))) for p in places
        ]

    shown = {
        "letters": [(NAMES[kind], LEAVES[kind], shelved(kind)) for kind in LETTERS],
        "signatures": [(group, shelved(SIGNATURE, group)) for group in groups],
        "about_signatures": LEAVES[SIGNATURE],
    }
    return shelve(request, "letters/list", shown)


@reads_or_sends
@admins_write
def letter(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    if kind not in LETTERS:
        raise NotHere()
    return _edit(request, Place(kind, language))


@reads_or_sends
@admins_write
def signature(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    return _edit(request, Place(SIGNATURE, language, found_by_slug(AccessGroup, slug)))


def _edit(request: HttpRequest, place: Place) -> HttpResponse:
    if place.language not in LANGUAGES:
        raise NotHere()
    if request.method == "POST" and "version" in request.POST:
        return _take_up(request, place)
    kept = _kept(place)
    about = {"subject": kept.subject, "body": kept.body}
    form = LetterForm.of(request, initial=about, sort=SORTS[place.kind])
    if "preview" in request.POST:
        is_draft = form.carries_out(lambda said: acceptable_words(**place.named, **said))
        words = form.result if is_draft else kept
        return _page(request, place, words, form=form, is_draft=is_draft)
    if form.carries_out(
        lambda said: word_letter(**place.named, **said, by=caller(request), now=moment())
    ):
        messages.success(request, _("Done."))
        return see(place.address)
    return _page(request, place, kept, form=form, is_draft=False)


def _kept(place: Place) -> Words:
    row = newest_template(**place.named)
    return row.words if row else SORTS[place.kind].built_in[place.language]


def _take_up(request: HttpRequest, place: Place) -> HttpResponse:
    """What an earlier version said the next one says; version 0 is built in."""

    def take_up(said: Said) -> LetterTemplate | None:
        words = words_of_version(said["version"], **place.named)
        if words is None:
            raise NotHere()
        return word_letter(**place.named, words=words, by=caller(request), now=moment())

    form = VersionForm.of(request)
    if form.carries_out(take_up):
        messages.success(request, _("Done."))
    else:
        messages.error(request, form.said or _("Try again."))
    return see(place.address)


def _page(
    request: HttpRequest, place: Place, words: Words, *, form: LetterForm, is_draft: bool
) -> HttpResponse:
    versions = versions_of(**place.named)
    shown = {
        "place": place,
        "named": NAMES[place.kind],
        "leaves": LEAVES[place.kind],
        "spoken": SPOKEN,
        "variables": variables_of(place.kind),
        "previews": [_preview(place, language, words) for language in LANGUAGES],
        "is_draft": is_draft,
        "versions": versions,
        "is_built_in": versions[0].row.version == 0,
    }
    return shelve(request, "letters/edit", shown, form=form)


def _preview(place: Place, language: str, words: Words) -> tuple[str, Words]:
    """These words in their language, beside them what the other one says."""
    said = words if language == place.language else _kept(place.in_language(language))
    team = place.group.name if place.group else ""
    return SPOKEN[language], sample(place.kind, language, said, team=team)

"""A form of a source as fields of a page, and back as its document. Pure; lenient: whatever was
typed becomes a document, and the room says what is wrong with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from feedback.web.forms import TYPED, ScoreKind

Json = dict[str, Any]
Typed = Mapping[str, str]

SCORES: tuple[str, ...] = ScoreKind.__args__  # type: ignore[attr-defined]
KINDS = (*SCORES, "choice", "text", "contact", "callback")
CLASSES = ("negative", "neutral", "positive")
SHOWN_NUMBERS = ("after_s", "scrolled_percent", "percent", "every_days", "rest_days")
MOST = 40


@dataclass(frozen=True)
class Field:
    """One input: `fault` is said beneath it."""

    name: str
    value: str = ""
    fault: str = ""
    language: str = ""

    @property
    def id(self) -> str:
        return self.name.replace(".", "-")


@dataclass(frozen=True)
class Row:
    """A question as it stands on the page."""

    at: int
    kind: str
    fault: str
    key: Field
    texts: Mapping[str, Sequence[Field]]
    required: bool
    several: bool
    options: Field
    after: Field
    answers: Field
    periods: Field
    days: Field
    earlier: Sequence[str] = ()

    @property
    def has_ends(self) -> bool:
        return self.kind in SCORES


@dataclass(frozen=True)
class Sheet:
    document: Json
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def languages(self) -> list[str]:
        asked = self.document["questions"]
        return list(asked[0]["ask"]) if asked and asked[0].get("ask") else ["en"]

    @property
    def rows(self) -> Iterator[Row]:
        before: list[str] = []
        for at, question in enumerate(self.document["questions"]):
            yield self._row(at, question, tuple(before))
            if question["kind"] not in TYPED:
                before.append(question["key"])

    @property
    def thanks(self) -> list[Field]:
        return self._texts("thanks", self.document.get("thanks"))

    @property
    def shows(self) -> Mapping[str, Field]:
        shows = self.document.get("shows") or {}
        said = {name: shows.get(name) for name in (*SHOWN_NUMBERS, "event")}
        said["pages"] = "\n".join(shows.get("pages", ()))
        said["leaving"] = "on" if shows.get("leaving") else ""
        return {name: self._field(f"shows.{name}", value) for name, value in said.items()}

    @property
    def general(self) -> list[str]:
        """What is wrong with all of it, or with a place that has no field."""
        known = {one.name for one in self._all()}
        return [words for name, words in self.faults.items() if name not in known]

    def _all(self) -> Iterator[Field]:
        yield from (*self.thanks, *self.shows.values(), Field("shows"))
        for row in self.rows:
            yield from (row.key, row.options, row.after, row.answers, Field(f"q.{row.at}"))
            yield from (row.periods, row.days)
            for texts in row.texts.values():
                yield from texts

    def _row(self, at: int, question: Json, earlier: Sequence[str]) -> Row:
        place, when = f"q.{at}", question.get("when") or {}
        told = [*when.get("classes", ()), *when.get("values", ())]
        return Row(
            at=at,
            kind=question["kind"],
            fault=self.faults.get(place, ""),
            key=self._field(f"{place}.key", question["key"]),
            texts={
                name: self._texts(f"{place}.{name}", question.get(name))
                for name in ("ask", "hint", "low", "high")
            },
            required=bool(question.get("required")),
            several=bool(question.get("several")),
            options=self._field(f"{place}.options", _lines(question, self.languages)),
            after=self._field(f"{place}.after", when.get("question")),
            answers=self._field(f"{place}.answers", ", ".join(told)),
            periods=self._field(f"{place}.periods", ", ".join(question.get("periods", ()))),
            days=self._field(f"{place}.days", question.get("days")),
            earlier=earlier,
        )

    def _texts(self, name: str, said: Mapping[str, str] | None) -> list[Field]:
        return [
            self._field(f"{name}.{language}", (said or {}).get(language), language)
            for language in self.languages
        ]

    def _field(self, name: str, value: Any, language: str = "") -> Field:
        shown = "" if value is None else str(value)
        return Field(name, shown, self.faults.get(name, ""), language)


def _lines(question: Json, languages: Sequence[str]) -> str:
    """An option a line: its value, then what it is called in each language."""
    return "\n".join(
        " | ".join([option["value"], *(option["label"].get(one, "") for one in languages)])
        for option in question.get("options", ())
    )


def document_of(typed: Typed) -> Json:
    """What was typed, as a document; texts that nobody wrote are none."""
    languages = [one for one in typed.get("languages", "").split() if one][:20] or ["en"]
    count = int(typed["count"]) if typed.get("count", "").isdigit() else 0
    document: Json = {
        "questions": [_question(typed, f"q.{at}", languages) for at in range(min(count, MOST))]
    }
    if thanks := _said(typed, "thanks", languages):
        document["thanks"] = thanks
    if shows := _shows(typed):
        document["shows"] = shows
    document |= {name: True for name in ("keeps_parts", "pictures") if name in typed}
    return document


def _question(typed: Typed, place: str, languages: Sequence[str]) -> Json:
    kind = typed.get(f"{place}.kind", "")
    question: Json = {"key": typed.get(f"{place}.key", "").strip(), "kind": kind}
    question["ask"] = {one: typed.get(f"{place}.ask.{one}", "").strip() for one in languages}
    for name in ("hint", "low", "high"):
        if text := _said(typed, f"{place}.{name}", languages):
            question[name] = text
    question |= {name: True for name in ("required", "several") if f"{place}.{name}" in typed}
    if options := _options(typed.get(f"{place}.options", ""), languages):
        question["options"] = options
    if periods := typed.get(f"{place}.periods", "").replace(",", " ").split():
        question["periods"] = periods
    if days := typed.get(f"{place}.days", "").strip():
        question["days"] = _number(days)
    if after := typed.get(f"{place}.after", ""):
        question["when"] = {"question": after, **_answers(typed.get(f"{place}.answers", ""))}
    return question


def _said(typed: Typed, name: str, languages: Sequence[str]) -> dict[str, str]:
    said = {one: typed.get(f"{name}.{one}", "").strip() for one in languages}
    return said if any(said.values()) else {}


def _options(lines: str, languages: Sequence[str]) -> list[Json]:
    made = []
    for line in lines.splitlines():
        value, *labels = [part.strip() for part in line.split("|")]
        if value or any(labels):
            named = [*labels, *[""] * len(languages)]
            made.append({"value": value, "label": dict(zip(languages, named, strict=False))})
    return made


def _answers(said: str) -> Json:
    values = [part.strip() for part in said.split(",") if part.strip()]
    return {"classes" if set(values) <= set(CLASSES) else "values": values}


def _shows(typed: Typed) -> Json:
    """Nothing where no moment is named: the numbers of the others have their defaults."""
    shows: Json = {}
    for name in SHOWN_NUMBERS:
        if text := typed.get(f"shows.{name}", "").strip():
            shows[name] = _number(text)
    if event := typed.get("shows.event", "").strip():
        shows["event"] = event
    if pages := typed.get("shows.pages", "").split():
        shows["pages"] = pages
    if "shows.leaving" in typed:
        shows["leaving"] = True
    return shows if shows.keys() - {"percent", "every_days", "rest_days"} else {}


def _number(text: str) -> int | str:
    """What is none stays as it was typed, to be refused beside it."""
    return int(text) if text.isascii() and text.isdigit() else text


def changed(document: Json, act: str) -> Json:
    """As one of the buttons says: `add:text`, `remove:2`, `up:2`, `down:2`, `speak:fr`."""
    verb, _, about = act.partition(":")
    asked: list[Json] = list(document["questions"])
    if verb == "add" and about in KINDS:
        asked.append(_new(about, asked))
    elif verb == "speak" and about.isascii() and about.isalpha():
        asked = [_speaking(question, about.strip()) for question in asked]
    elif about.isdigit() and int(about) < len(asked):
        _move(asked, verb, int(about))
    return {**document, "questions": asked}


def _new(kind: str, asked: Sequence[Json]) -> Json:
    languages = asked[0]["ask"] if asked else {"en": ""}
    taken = {question["key"] for question in asked}
    names = (f"{kind}{number}" if number else kind for number in range(len(asked) + 1))
    key = next(name for name in names if name not in taken)
    return {"key": key, "kind": kind, "ask": dict.fromkeys(languages, "")}


def _speaking(question: Json, language: str) -> Json:
    return {**question, "ask": {**question["ask"], language: question["ask"].get(language, "")}}


def _move(asked: list[Json], verb: str, at: int) -> None:
    if verb == "remove":
        asked.pop(at)
    elif verb == "up" and at:
        asked[at - 1], asked[at] = asked[at], asked[at - 1]
    elif verb == "down" and at + 1 < len(asked):
        asked[at + 1], asked[at] = asked[at], asked[at + 1]


def place_of(pointer: str) -> str:
    """The name of the field that a fault of the document is about."""
    parts = pointer.removeprefix("/document").strip("/").split("/")
    if parts[:1] == ["questions"] and len(parts) > 1:
        inner = {"options": "options", "when": "answers", "periods": "periods"}.get(
            parts[2] if len(parts) > 2 else ""
        )
        rest = [inner] if inner else parts[2:]
        return ".".join(["q", parts[1], *rest])
    if parts[:1] == ["shows"]:
        return ".".join(parts[:2])
    return ".".join(parts)

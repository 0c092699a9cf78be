"""What the schema says of views that are plain functions: the doors that must stand any rush."""

from typing import Any

from feedback.intake.models import MOST_FILES
from feedback.intake.submission import Submission
from feedback.stores.actions.take import COUNTED

Json = dict[str, Any]

_REF = "#/components/schemas/Said{model}"


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _body(schema: Json, *media_types: str, form: Json | None = None) -> Json:
    """As these types, or as the form that has it beside files."""
    content = {kind: {"schema": schema} for kind in media_types}
    beside = {"multipart/form-data": {"schema": form}} if form else {}
    return {"required": True, "content": {**content, **beside}}


def _form(part: str, schema: Json, about: str) -> Json:
    """All other parts are files, whatever they are called."""
    return {
        "type": "object",
        "required": [part],
        "description": about,
        "properties": {part: schema},
        "additionalProperties": {"type": "string", "format": "binary"},
    }


def _answer(description: str, schema: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _submission() -> Json:
    """The declaration by which bodies are checked, and the ones that it uses."""
    whole = Submission.model_json_schema(ref_template=_REF)
    parts = whole.pop("$defs")
    return {"Submission": whole} | {f"Said{name}": part for name, part in parts.items()}


RECEIPT: Json = {
    "type": "object",
    "required": ["id", "received_at", "status_url"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "received_at": {"type": "string", "format": "date-time"},
        "status_url": {"type": "string", "format": "uri"},
    },
}
PART_RECEIPT: Json = {
    "type": "object",
    "required": ["id", "received_at", "partial"],
    "properties": {
        "id": {**RECEIPT["properties"]["id"], "description": "of the feedback it becomes"},
        "received_at": RECEIPT["properties"]["received_at"],
        "partial": {"const": True},
    },
}
KEY: Json = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
BATCH_RESULT: Json = {
    "type": "object",
    "description": "201 with a receipt, 200 with the first receipt, or 422 with errors.",
    "required": ["status"],
    "properties": {
        "status": {"enum": [200, 201, 422]},
        **RECEIPT["properties"],
        "replayed": {"type": "boolean"},
        "code": {"type": "string"},
        "errors": {"type": "array", "items": _ref("Fault")},
    },
}
BATCH: Json = {
    "type": "object",
    "required": ["items"],
    "additionalProperties": False,
    "properties": {
        "items": {"type": "array", "maxItems": 1000, "items": _ref("BatchItem")},
        "sent_at": {
            "type": ["string", "null"],
            "format": "date-time",
            "description": "by the clock of the device, as it sends: what is more than a minute off"
            " corrects each occurred_at; what is more than 366 days off leaves none of them",
        },
    },
}
CLOCK: Json = {
    "type": "object",
    "description": "Only where sent_at was said.",
    "required": ["behind_s", "verdict"],
    "properties": {
        "behind_s": {"type": "integer", "description": "how far the device is behind, in seconds"},
        "verdict": {"enum": ["as_said", "corrected", "not_believed"]},
    },
}
HEALTH: Json = {
    "type": "object",
    "required": ["status"],
    "properties": {
        "status": {"enum": ["ok", "degraded"]},
        "checks": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
SUBMISSION = _submission()
BATCH_ITEM: Json = SUBMISSION["Submission"] | {
    "title": "BatchItem",
    "description": "A submission, and a key of its own if it may be sent twice.",
    "properties": {
        **SUBMISSION["Submission"]["properties"],
        "idempotency_key": KEY
        | {"description": "what it was called offline: sent again, it is the same feedback"},
        "files": {
            "type": "array",
            "maxItems": MOST_FILES,
            "items": {"type": "string"},
            "description": "the names of the form's parts that are its files",
        },
    },
}
SCHEMAS: Json = {
    **SUBMISSION,
    "Receipt": RECEIPT,
    "Batch": BATCH,
    "PartReceipt": PART_RECEIPT,
    "BatchItem": BATCH_ITEM,
    "BatchResult": BATCH_RESULT,
    "Health": HEALTH,
}
IDEMPOTENCY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key and body again is answered as the first time, for 8 days.",
    "schema": KEY,
}
KEY_IN_ADDRESS: Json = {
    "name": "idempotency_key",
    "in": "query",
    "description": "The same for beacons, which send no headers.",
    "schema": KEY,
}
STRICT: Json = {
    "name": "strict",
    "in": "query",
    "description": "1: 503 also for a late sweep or a dead broker",
    "schema": {"enum": ["1"]},
}
POST_FEEDBACK: Json = {
    "operationId": "feedback_create",
    "description": "One feedback. 201 means that it is kept. With files it is a form: at most 5, of"
    " 10 MiB each and 25 MiB together; by a publishable key PNG, JPEG, GIF, WebP and PDF, by their"
    " content. The same Idempotency-Key wants the same files.",
    "tags": ["feedback"],
    "security": [{"publishableKey": []}, {"publishableKeyInAddress": []}, {"secretKey": []}],
    "parameters": [IDEMPOTENCY, KEY_IN_ADDRESS],
    "requestBody": _body(
        _ref("Submission"),
        "application/json",
        "text/plain",
        form=_form("feedback", _ref("Submission"), "`feedback` and its files."),
    ),
    "responses": {
        "201": _answer("It is kept.", _ref("Receipt")),
        "200": _answer("It was kept before: Idempotency-Replayed is true.", _ref("Receipt")),
        "202": _answer("So far: it is one feedback once all of it comes.", _ref("PartReceipt")),
    },
}
POST_BATCH: Json = {
    "operationId": "feedback_batch",
    "description": "Up to 1,000 at once, each for itself; the results are in the same order. A"
    " publishable key may where its source is an app: up to 50, of which each counts as a post."
    " Files make it a form of at most 100 parts and 50 MiB, by a publishable key 25.",
    "tags": ["feedback"],
    "security": [{"secretKey": []}, {"publishableKey": []}],
    "requestBody": _body(
        _ref("Batch"),
        "application/json",
        form=_form("batch", _ref("Batch"), "`batch` and the files that its items name."),
    ),
    "responses": {
        "200": _answer(
            "One result an item.",
            {
                "type": "object",
                "required": ["results"],
                "properties": {
                    "results": {"type": "array", "items": _ref("BatchResult")},
                    "clock": CLOCK,
                },
            },
        )
    },
}
NUMBER: Json = {"type": "integer", "minimum": 0}
REVIEWS_TAKEN: Json = {
    "type": "object",
    "description": "How many rows were read, and what of them was taken; what was not, and why.",
    "required": [*(name.replace(" ", "_") for name in COUNTED), "refused"],
    "properties": {
        **{name.replace(" ", "_"): NUMBER for name in COUNTED},
        "refused": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["place", "reason"],
                "properties": {
                    "place": {"type": "string", "description": "a line, or a JSON pointer"},
                    "reason": {"type": "string"},
                },
            },
        },
    },
}
IMPORT_REVIEWS: Json = {
    "operationId": "reviews_import",
    "description": "An export of Google Play or the App Store as it is, up to 16 MB: each review "
    "once, what changed since, and the company's replies. Of a source of the channel store.",
    "tags": ["feedback"],
    "security": [{"secretKey": []}],
    "requestBody": _body(
        {"type": "string", "format": "binary"}, "text/csv", "application/json", "*/*"
    ),
    "responses": {"200": _answer("It is kept.", REVIEWS_TAKEN)},
}
HEALTHZ: Json = {
    "operationId": "healthz",
    "description": "The process is up.",
    "tags": ["health"],
    "responses": {"200": _answer("It is.", _ref("Health"))},
}
READYZ: Json = {
    "operationId": "readyz",
    "description": "This process can commit, and what else there is to know of the house.",
    "tags": ["health"],
    "parameters": [STRICT],
    "responses": {
        "200": _answer("It can commit.", _ref("Health")),
        "503": _answer("It cannot, or strictly asked something is late.", _ref("Health")),
    },
}
OPERATIONS: dict[str, Json] = {
    "/api/v1/feedback": {"post": POST_FEEDBACK},
    "/api/v1/feedback/batch": {"post": POST_BATCH},
    "/api/v1/reviews/import": {"post": IMPORT_REVIEWS},
    "/healthz": {"get": HEALTHZ},
    "/readyz": {"get": READYZ},
}

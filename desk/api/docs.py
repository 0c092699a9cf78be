"""The API's description to read by machine and by eye; both without sign-in."""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from desk.api.examples import written
from desk.api.schema import PROBLEMS, schema

Json = dict[str, Any]


@login_not_required
@require_safe
def api_schema(request: HttpRequest) -> JsonResponse:
    """JSON, which is YAML too: whatever is asked for can read it."""
    return JsonResponse(schema(), json_dumps_params={"ensure_ascii": False})


@login_not_required
@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    said = {"info": schema()["info"], "chapters": _chapters(), "problems": PROBLEMS}
    keys = schema()["components"]["securitySchemes"]
    return render(request, "desk/docs.html", said | {"keys": keys})


@lru_cache(maxsize=1)
def _chapters() -> dict[str, list[Json]]:
    chapters = defaultdict(list)
    for path, operations in schema()["paths"].items():
        for method, operation in operations.items():
            chapters[operation["tags"][0]].append(_call(path, method, operation))
    return dict(sorted(chapters.items()))


def _call(path: str, method: str, operation: Json) -> Json:
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "about": operation.get("description", ""),
        "keys": [name for wanted in operation.get("security", ()) for name in wanted],
        "parameters": operation.get("parameters", ()),
        "body": _drawn(operation["requestBody"]) if "requestBody" in operation else "",
        "answers": list(_answers(operation["responses"])),
    }


def _answers(responses: Json) -> Iterator[Json]:
    for status, response in sorted(responses.items()):
        if "$ref" in response:
            yield {"status": status, "about": PROBLEMS[status], "drawn": ""}
        else:
            about = response.get("description", "")
            yield {"status": status, "about": about, "drawn": _drawn(response)}


def _drawn(said: Json) -> str:
    content = said.get("content", {}).get("application/json")
    return written(content["schema"], schema()["components"]["schemas"]) if content else ""

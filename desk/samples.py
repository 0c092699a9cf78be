"""How a website, a server or an app sends the first feedback to a source: to be copied."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from feedback.intake.models import Channel, Source, SourceKey
from feedback.web.widget import VERSION, integrity

REST = "…"

_CURL = """\
curl {url} \\
  -H "Authorization: Bearer {key}" -H "Content-Type: application/json" \\
  -d '{{"score": {{"type": "nps", "value": 2}}, "comment": "Parcel never arrived",
       "customer": {{"email": "you@example.com"}}}}'"""

_PYTHON = """\
import json
from urllib.request import Request, urlopen

said = {{
    "score": {{"type": "nps", "value": 2}},
    "comment": "Parcel never arrived",
    "customer": {{"id": "C-81", "email": "you@example.com"}},
}}
request = Request(
    "{url}",
    data=json.dumps(said).encode(),
    headers={{
        "Authorization": "Bearer {key}",
        "Content-Type": "application/json",
        "Idempotency-Key": "order-81-delivered",  # sent twice, heard once
    }},
)
with urlopen(request, timeout=10) as answer:
    print(json.load(answer)["id"])"""

_JAVASCRIPT = """\
const answer = await fetch("{url}", {{
  method: "POST",
  headers: {{
    "Authorization": "Bearer {key}",
    "Content-Type": "application/json",
  }},
  body: JSON.stringify({{
    score: {{ type: "nps", value: 2 }},
    comment: "Parcel never arrived",
    context: {{ url: location.href }},
  }}),
}});
console.log((await answer.json()).id);"""

_PYTHON_CLIENT = """\
# pip install cxloop-client
from cxloop_client import Client

client = Client("{base}", "{key}")
receipt = client.send(
    score={{"type": "nps", "value": 2}},
    comment="Parcel never arrived",
    customer={{"id": "C-81", "email": "you@example.com"}},
)
print(receipt.id, receipt.status_url)"""

_JAVASCRIPT_CLIENT = """\
// npm install cxloop-client
import {{ createClient }} from "cxloop-client";

const cxloop = createClient({{ url: "{base}", key: "{key}" }});
const receipt = await cxloop.send({{
  score: {{ type: "nps", value: 2 }},
  comment: "Parcel never arrived",
  context: {{ url: location.href }},
}});
console.log(receipt.id, receipt.statusUrl);"""

_WIDGET = '<script async src="{base}/w.js" data-key="{key}"></script>'
_PINNED = """\
<script async src="{base}/w/{version}.js" crossorigin="anonymous"
  integrity="{integrity}"
  data-key="{key}"></script>"""
_LINK = '<a href="{base}/f/{slug}">{words}</a>'
_IMPORT = """\
python manage.py import_feedback reviews.csv --source {slug} \\
  --map score='Rating:stars' comment='Text' received_at='Date'"""

_REVIEWS = "python manage.py import_reviews reviews_com.example.app_202611.csv --source {slug}"
_REVIEWS_CURL = """\
curl {base}/api/v1/reviews/import \\
  -H "Authorization: Bearer {key}" --data-binary @reviews_com.example.app_202611.csv"""


@dataclass(frozen=True)
class Sample:
    """`id` is what the button that copies it points at."""

    id: str
    name: str
    about: str
    text: str


def samples_of(source: Source, keys: Sequence[SourceKey], clear: str) -> list[Sample]:
    """With the key in clear where it was made this moment or may be shown, else with how it
    begins."""
    if source.channel == Channel.HAND:
        return []
    secret = _key(keys, SourceKey.Kind.SECRET, clear)
    publishable = _key(keys, SourceKey.Kind.PUBLISHABLE, clear)
    if source.channel == Channel.STORE:
        return _of_store(source, secret)
    is_whole = not publishable.endswith(REST)
    either = clear or (publishable if is_whole or not _has(keys, SourceKey.Kind.SECRET) else secret)
    url = f"{settings.BASE_URL}/api/v1/feedback"
    curl = Sample("curl", "curl", _("From a terminal."), _CURL.format(url=url, key=either))
    python = Sample(
        "python",
        "Python",
        _("On your server, with a secret key: what it says of customers is believed."),
        _PYTHON.format(url=url, key=secret),
    )
    script = Sample(
        "javascript",
        "JavaScript",
        _("In a page or an app, with a publishable key, which may only post."),
        _JAVASCRIPT.format(url=url, key=publishable),
    )
    clients = _clients(secret, publishable)
    return [*_first(source), *_widget(source, publishable), curl, python, script, *clients]


def _clients(secret: str, publishable: str) -> list[Sample]:
    tries = _("Our client tries again by itself, and nothing is heard twice; on your server.")
    waits = _("Our client tries again by itself, and keeps what is said while offline.")
    python = _PYTHON_CLIENT.format(base=settings.BASE_URL, key=secret)
    script = _JAVASCRIPT_CLIENT.format(base=settings.BASE_URL, key=publishable)
    return [
        Sample("python-client", _("Python, by our client"), tries, python),
        Sample("javascript-client", _("JavaScript, by our client"), waits, script),
    ]


def lack_keys(samples: Sequence[Sample]) -> bool:
    """Whether in one of them only the beginning of a key stands."""
    return any(REST in sample.text for sample in samples)


def _widget(source: Source, key: str) -> list[Sample]:
    """As it stays current by itself, and as it stays what it is."""
    if source.channel != Channel.WEBSITE:
        return []
    about = _("In a page, with a publishable key: a tab that opens the form.")
    pinned = _("The same in one version, which the browser checks; a new one is your choice.")
    facts = {"base": settings.BASE_URL, "key": key, "version": VERSION, "integrity": integrity()}
    return [
        Sample("widget", _("Widget"), about, _WIDGET.format(**facts)),
        Sample("pinned", _("Widget, one version"), pinned, _PINNED.format(**facts)),
    ]


def _first(source: Source) -> list[Sample]:
    """What this channel is for, before the calls that every source takes."""
    if source.channel == Channel.WEBSITE:
        words = _("Tell us what you think")
        text = _LINK.format(base=settings.BASE_URL, slug=source.slug, words=words)
        return [Sample("link", _("Link"), _("To its form page: no code at all."), text)]
    if source.channel == Channel.IMPORT:
        text = _IMPORT.format(slug=source.slug)
        about = _("A file of yours, each row once, however often it is read.")
        return [Sample("import", "CSV", about, text)]
    return []


def _of_store(source: Source, key: str) -> list[Sample]:
    """Reviews come as files alone."""
    command = _("An export of Google Play or the App Store, CSV or JSON: each review once.")
    posted = _("The same from another machine, with a secret key; up to 16 MB.")
    text = _REVIEWS_CURL.format(base=settings.BASE_URL, key=key)
    return [
        Sample("reviews", _("Reviews"), command, _REVIEWS.format(slug=source.slug)),
        Sample("curl", "curl", posted, text),
    ]


def _has(keys: Sequence[SourceKey], kind: str) -> bool:
    return any(key.kind == kind for key in keys)


def _key(keys: Sequence[SourceKey], kind: str, clear: str) -> str:
    if clear.startswith(f"{kind}_"):
        return clear
    found = next((key for key in keys if key.kind == kind), None)
    if found and found.shown:
        return found.shown
    return f"{found.hint if found else f'{kind}_'}{REST}"

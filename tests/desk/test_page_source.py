"""The page of a source: samples to copy, keys with their use, what was changed."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from cxloop.kernel.moment import moment
from desk.samples import samples_of
from feedback.intake.models import Channel, SourceKey
from tests.cast import Cast
from tests.desk.browsing import browse, sent, text_of
from tests.makers import NOW, make_feedback, make_source, make_source_key

pytestmark = pytest.mark.django_db

WHERE = "/admin/sources/shop"


@pytest.fixture
def admin(cast: Cast) -> Client:
    make_source("shop")
    return browse(cast.admin)


def test_its_samples_name_its_address_and_how_its_key_begins(admin: Client) -> None:
    source = make_source("app", channel=Channel.APP)
    clear = make_source_key(source)
    page = text_of(admin.get("/admin/sources/app"))
    assert f"Bearer {clear[:10]}…" in page
    assert "/api/v1/feedback" in page
    assert clear not in page
    assert [sample.id for sample in samples_of(source, [], "")] == [
        "curl",
        "python",
        "javascript",
        "python-client",
        "javascript-client",
    ]


def test_an_app_shows_its_releases_side_by_side(admin: Client) -> None:
    app, now = make_source("phone", channel=Channel.APP), moment()
    for version, values in (("4.2.0", [1] * 20), ("4.1.0", [9] * 20), ("4.3.0", [9])):
        for value in values:
            told = {"app_version": version}
            make_feedback(app, nps=value, judged=True, context=told, received_at=now)
    page = text_of(admin.get("/admin/sources/phone"))
    newest, worse, before = (page[page.index(one) :][:300] for one in ("4.3.0", "4.2.0", "4.1.0"))
    assert "too few to tell" in newest.partition("4.2.0")[0]
    assert "worse" in worse.partition("4.1.0")[0]
    assert "+100" in before
    assert "−100" in worse
    assert "Releases" not in text_of(admin.get(WHERE))


def test_each_sample_takes_the_key_that_belongs_there() -> None:
    source = make_source("web")
    make_source_key(source, SourceKey.Kind.PUBLISHABLE)
    keys = list(SourceKey.objects.all())
    texts = {sample.id: sample.text for sample in samples_of(source, keys, "sk_new")}
    assert "Bearer sk_new" in texts["curl"]
    assert "Bearer sk_new" in texts["python"]
    assert f"Bearer {keys[0].hint}…" in texts["javascript"]
    assert '/f/web"' in texts["link"]


@pytest.mark.parametrize("channel", Channel.values)
def test_every_channel_is_shown_its_own(admin: Client, channel: str) -> None:
    source = make_source("one", channel=channel)
    found = [sample.id for sample in samples_of(source, [], "")]
    assert admin.get("/admin/sources/one").status_code == 200
    first = {Channel.WEBSITE: "link", Channel.IMPORT: "import", Channel.STORE: "reviews"}
    first |= {Channel.HAND: None}
    assert (found[0] if found else None) == first.get(Channel(channel), "curl")


def test_the_python_sample_is_python(tmp_path: Path) -> None:
    sample = next(one for one in samples_of(make_source(), [], "") if one.id == "python")
    written = tmp_path / "sample.py"
    written.write_text(sample.text)
    subprocess.run([sys.executable, "-m", "py_compile", str(written)], check=True)


def test_revoked_keys_are_told_with_their_last_use(admin: Client) -> None:
    sent(admin.post("/admin/sources/shop", {"name": "Shop", "time_zone": "UTC"}), WHERE)
    admin.post(f"{WHERE}/keys", {"kind": "pk", "label": "old page"})
    key = SourceKey.objects.get()
    SourceKey.objects.update(last_used_at=NOW)
    sent(admin.post(f"{WHERE}/keys/{key.pk}"), WHERE)
    page = text_of(admin.get(WHERE))
    assert "Revoked keys" in page
    assert "old page" in page
    assert f"Key made: {key.hint}…, for old page" in page
    assert f"Key revoked: {key.hint}…" in page

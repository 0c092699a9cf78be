"""A file …"""

from datetime import datetime
from hashlib import sha256

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from cxloop.kernel import files
from cxloop.kernel.errors import Refused
from cxloop.kernel.file_kinds import LARGEST_FILE
from cxloop.kernel.files import (
    copy_file,
    discard_files,
    forget_files,
    keep_file,
    read_content,
    read_whole,
)
from cxloop.kernel.models import Content, File
from tests.kernel.pictures import picture

pytestmark = pytest.mark.django_db


def test_is_kept_as_it_came(now: datetime) -> None:
    body = bytes(range(256)) * 5_000
    file = keep_file("all.bin", body, now=now)
    assert (file.name, file.kind, file.size, file.kept_at) == ("all.bin", "other", len(body), now)
    assert file.content_id == sha256(body).hexdigest()
    assert read_whole(file.content_id) == body


def test_is_read_piece_by_piece(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "READ_AT_ONCE", 4)
    file = keep_file("a.txt", b"in pieces", now=now)
    assert list(read_content(str(file.content_id))) == [b"in p", b"iece", b"s"]


def test_is_kept_once_however_often_it_comes(now: datetime) -> None:
    one, other = (keep_file(name, b"the same", now=now) for name in ("a.txt", "b.txt"))
    assert one.content_id == other.content_id
    assert Content.objects.count() == 1


def test_goes_when_the_last_that_has_it_goes(now: datetime) -> None:
    one = keep_file("a.txt", b"the same", now=now)
    other = copy_file(one, now=now)
    assert discard_files([one.pk]) == 1
    assert Content.objects.count() == 1
    assert forget_files(File.objects.filter(pk=other.pk)) == 1
    assert not Content.objects.exists()
    other.refresh_from_db()
    assert (other.name, other.size, other.content_id) == ("", 8, None)


def test_is_kept_where_it_is_a_preview_of_another(now: datetime) -> None:
    drawn = keep_file("drawn.webp", picture("WEBP"), now=now)
    File.objects.filter(pk=keep_file("a.png", picture(), now=now).pk).update(
        drawing="drawn", preview=drawn.content_id
    )
    discard_files([drawn.pk])
    assert Content.objects.count() == 2


@pytest.mark.parametrize("said", ["setup.js.", "setup.js ", "setup.j\u200bs", "folder/setup.js"])
def test_is_of_the_kind_that_its_kept_name_says(said: str, now: datetime) -> None:
    file = keep_file(said, b"alert(1)", now=now)
    assert (file.name, file.kind) == ("setup.js", "program")


def test_is_removed_without_being_read(
    now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Two hundred of the largest would not fit into any machine."""
    numbers = [keep_file("a.txt", f"{at}".encode(), now=now).pk for at in range(3)]
    with django_assert_max_num_queries(12) as seen:
        discard_files(numbers)
    assert not Content.objects.exists()
    assert not any('"body"' in query["sql"] for query in seen.captured_queries)


@pytest.mark.parametrize(
    "body, code", [(b"", "empty_file"), (b"x" * (LARGEST_FILE + 1), "file_too_large")]
)
def test_is_refused_empty_or_too_large(body: bytes, code: str, now: datetime) -> None:
    with pytest.raises(Refused) as refusal:
        keep_file("a.txt", body, now=now)
    assert [(f.pointer, f.code) for f in refusal.value.faults] == [("/file", code)]
    assert not File.objects.exists()


def test_of_the_largest_size_is_taken(now: datetime) -> None:
    file = keep_file("a.bin", b"\x00" * LARGEST_FILE, now=now)
    assert sum(len(piece) for piece in read_content(str(file.content_id))) == LARGEST_FILE


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE kernel_file SET content_id = NULL",
        "UPDATE kernel_file SET kind = 'movie'",
        "UPDATE kernel_file SET drawing = 'drawn'",
        "UPDATE kernel_file SET drawing = 'wanted'",
        "UPDATE kernel_content SET size = 3",
        "DELETE FROM kernel_content",
        f"UPDATE kernel_content SET size = {LARGEST_FILE + 1}",
    ],
)
def test_is_never_half_there(wrong: str, now: datetime) -> None:
    keep_file("a.txt", b"text", now=now)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{wrong}; SET CONSTRAINTS ALL IMMEDIATE")


def test_is_stored_so_that_a_slice_costs_a_slice() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attstorage FROM pg_attribute "
            "WHERE attrelid = 'kernel_content'::regclass AND attname = 'body'"
        )
        assert cursor.fetchone() == ("e",)

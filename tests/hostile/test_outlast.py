"""Ten thousand requests that no sane caller sends, to the real web process: it outlasts them."""

import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from random import Random
from typing import Any

import pytest
import schemathesis
from django.db import transaction
from pytest_django import DjangoDbBlocker

from accounts.roles import OrganisationRole
from cxloop.kernel.moment import moment
from cxloop.loop import SWEEPS
from cxloop.verify.checker import examine
from tests import asking
from tests.hostile.bent import bend, operation_of
from tests.hostile.doors import desk, posts_of_pages, scripts, signed_in, strangers
from tests.hostile.generated import generate
from tests.hostile.house import BY_PEOPLE, BY_SOURCES, OF_SOURCES, Besieged, besieged_house
from tests.hostile.pages import forms_in, looks, sendings
from tests.hostile.raw import requests, statuses
from tests.hostile.sending import AT_ONCE, Sent, Shot, fire
from tests.makers import make_person

pytestmark = pytest.mark.trial

SEED = 20261126
# Of each operation: what schemathesis makes of it, and what fits, bent.
GENERATED, BENT = 14, 30
OF_A_PAGE, OF_A_FORM, OF_STRANGERS = 3, 2, 300


@pytest.fixture(scope="module")
def besieged(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Besieged]:
    with django_db_blocker.unblock(), besieged_house(tmp_path_factory.mktemp("hostile")) as house:
        yield house


def in_order(labels: list[str]) -> list[str]:
    """What takes things away comes last, so that the others find something."""

    def ends(label: str) -> tuple[bool, bool, bool]:
        return label.startswith("DELETE"), "archive" in label, label.startswith("PATCH")

    return sorted(labels, key=lambda label: (*ends(label), label))


def keyed(shots: Iterator[Shot], people: dict[str, str], rng: Random) -> Iterator[Shot]:
    for shot in shots:
        who = "sk" if shot.label in OF_SOURCES else "admin"
        if shot.kind != "fits":
            who = rng.choice(BY_SOURCES if shot.label in OF_SOURCES else BY_PEOPLE)
        is_own = any(name == "Authorization" for name, _ in shot.headers)
        if people[who] and not is_own:
            shot = replace(
                shot, headers=(*shot.headers, ("Authorization", f"Bearer {people[who]}"))
            )
        yield shot


def told(sent: Sent) -> None:
    """Shown by -s or a failure: how many went where, and what is answered besides the described."""
    print(*sorted(sent.classes.items()), *sorted(sent.answers.items()), sep="\n")  # noqa: T201
    print(*sorted(sent.undocumented.items()), sep="\n")  # noqa: T201
    assert not sent.faults, f"{len(sent.faults)} faults:\n" + "\n".join(sent.faults[:20])


# What holds at every address, and is described at none: methods, media types, long addresses.
EVERYWHERE = ("405", "406", "414", "415")


def is_deviation(name: str) -> bool:
    """Whether it was asked as it is described, and answered otherwise."""
    *_, kind, status = name.split(" ")
    return kind in {"fits", "value", "positive", "negative"} and status not in EVERYWHERE


def test_the_described_api_is_never_at_a_loss(besieged: Besieged) -> None:
    described: dict[str, Any] = asking.get(f"{besieged.house.url}/api/schema/?format=json").json()
    operations = {
        found.label: found
        for result in schemathesis.openapi.from_dict(described).get_all_operations()
        if (found := result.ok())
    }
    sent = Sent()
    for label in in_order(list(operations)):
        rng = Random(f"{SEED} {label}")
        places = besieged.places_of(label.split(" ")[1])
        operation = operation_of(described, label, places=places, known=besieged.known())
        shots = [
            *bend(operation, rng, BENT),
            *generate(operations[label], operation, rng, GENERATED),
        ]
        fire(besieged.house.port, [*keyed(iter(shots), besieged.people(label), rng)], sent)
    told(sent)
    behind = sum(sent.answers[status] for status in (200, 201, 204, 409, 422))
    assert not {name: n for name, n in sent.undocumented.items() if is_deviation(name)}
    assert behind > sent.answers.total() / 3, "Too many never came further than the door."


def found_at(besieged: Besieged, address: str, cookie: str) -> str:
    answer = asking.get(f"{besieged.house.url}{address}", headers={"Cookie": cookie})
    return answer.text if answer.headers.get("Content-Type", "").startswith("text/html") else ""


def try_page(besieged: Besieged, address: str, cookie: str, sent: Sent) -> None:
    rng = Random(f"{SEED} {address}")
    shots = [*looks(address, rng, cookie=cookie, number=OF_A_PAGE)]
    for form in forms_in(address, found_at(besieged, address, cookie)):
        shots += sendings(form, rng, cookie=cookie, number=OF_A_FORM)
    fire(besieged.house.port, shots, sent)


def test_doors_of_strangers_stand(besieged: Besieged) -> None:
    sent, rng = Sent(), Random(SEED)
    for address in strangers(besieged):
        try_page(besieged, address, "", sent)
    fire(besieged.house.port, [*posts_of_pages(besieged, rng, OF_STRANGERS)], sent)
    fire(besieged.house.port, [*scripts(rng, OF_STRANGERS)], sent)
    told(sent)


def test_pages_of_the_desk_take_whatever_is_typed(besieged: Besieged) -> None:
    sent = Sent()
    for address in desk(besieged):
        with transaction.atomic():
            person = make_person(organisation_role=OrganisationRole.ADMIN)
        try_page(besieged, address, signed_in(person), sent)
    told(sent)


def test_bytes_that_no_client_sends_are_no_more_than_refused(besieged: Besieged) -> None:
    sent = [*requests(besieged.people("raw")["sk"])]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(partial(statuses, besieged.house.port), sent))
    broken = [(s, r[:300]) for s, r in zip(answers, sent, strict=True) if max(s, default=0) >= 500]
    assert not broken
    assert urllib.request.urlopen(f"{besieged.house.url}/healthz").status == 200


def test_the_house_still_stands(besieged: Besieged) -> None:
    for sweep in SWEEPS:
        sweep.run()
    findings = examine(moment(), settled=False)
    assert not findings.wrong, findings.wrong
    put_off = {name: n for name, n in findings.seen.items() if "put off" in name and n}
    assert not put_off

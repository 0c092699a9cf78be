"""The JavaScript client as it would be published, in Node and in the pages of a shop."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route

from feedback.intake.models import Customer
from tests.clients.gate import AWAY, PORTAL, Gate
from tests.clients.house import House
from tests.clients.pages import open_pages
from tests.clients.programs import Programs, kill, last_shown
from tests.machine import watch
from tests.services import ROOT, wait_until

pytestmark = pytest.mark.node

SEND = """
const said = {
  score: { type: "nps", value: 2 }, comment: "From Node", tags: ["late"], form: undefined,
  customer: { email: "ann@example.com", value: "12.50" }, occurred_at: new Date(Date.now() - 6e4) };
const first = await client.send(said, { idempotencyKey: "of-node" });
const again = await client.send(said, { idempotencyKey: "of-node" });
show({ same: first.id === again.id, replayed: [first.replayed, again.replayed],
       at: first.receivedAt.getTime() > 0, page: first.statusUrl.includes("/r/") });
"""


def test_stores_once_and_reads_the_same_receipt_again(node: Programs, house: House) -> None:
    told = node.run(SEND, house.url, house.secret)
    assert told == {"same": True, "replayed": [False, True], "at": True, "page": True}
    assert house.count("From Node") == 1


REFUSED = """
await client.send({ score: { type: "nps", value: 11 } }).catch((error) => show({
  kind: error instanceof Problem, status: error.status, ...error.errors[0],
  request: error.requestId.length, key: !!error.key, text: `${error}` }));
"""


def test_says_what_is_wrong_and_where_and_asks_once(
    node: Programs, house: House, gate: Gate
) -> None:
    told = node.run(REFUSED, gate.url, house.secret)
    assert (told["kind"], told["status"], told["key"]) == (True, 422, True)
    assert (told["pointer"], told["code"]) == ("/score/value", "out_of_range")
    assert told["request"] >= 8
    assert "/score/value: nps goes from 0 to 10." in told["text"]
    assert gate.posts == 1


PERSISTENT = """
const receipt = await client.send({ comment: told[0] });
show({ replayed: receipt.replayed });
"""


def test_tries_again_under_the_same_key(node: Programs, house: House, gate: Gate) -> None:
    gate.says, gate.loses = [AWAY, PORTAL], 1
    assert node.run(PERSISTENT, gate.url, house.secret, "Lost for Node") == {"replayed": True}
    assert gate.posts == 4
    assert house.count("Lost for Node") == 1


BATCH = """
const items = Array.from({ length: 1200 }, (_, n) => (
  { comment: `Of many ${n}`, idempotency_key: `many-${n}` }));
items[1100] = { score: { type: "csat", value: 9 } };
await client.sendBatch(items);
const results = await client.sendBatch(items);
const nobody = createClient({ url, key: "sk_nobody" });
const broken = await nobody.sendBatch(items).catch((error) => error);
show({ heard: results.filter((one) => one.receipt?.replayed).length,
       bad: results[1100].error.errors[0].pointer,
       broken: [broken instanceof BatchBrokeOff, broken.cause.code, broken.results.length] });
"""


def test_sends_more_than_a_thousand_and_tells_of_each(
    node: Programs, house: House, gate: Gate
) -> None:
    told = node.run(BATCH, gate.url, house.secret)
    assert (told["heard"], told["bad"]) == (1199, "/score/value")
    assert told["broken"] == [True, "unknown_key", 1200]
    assert gate.posts == 5
    assert house.count("Of many") == 1199


SIGNED = """
const customer = { id: "C-18", proof: signId("C-18", told[0]) };
show(await client.send({ comment: "Signed", customer }));
"""


def test_signs_whom_the_service_then_believes(node: Programs, house: House) -> None:
    node.run(SIGNED, house.url, house.publishable, house.identity_secret)
    assert Customer.objects.get(external_id="C-18").trusted


KEPT = """
const [folder, words, number] = told;
const queue = kept(folder);
for (let n = 0; n < Number(number); n += 1) await queue.enqueue({ comment: `${words} ${n}` });
console.log("kept");
const { sent, waiting } = await queue.flush();
show({ sent, waiting });
"""
LEFT = """
const { sent, waiting } = await kept(told[0]).flush();
show({ sent, waiting });
"""


def test_what_is_killed_in_mid_post_is_stored_once(
    node: Programs, house: House, gate: Gate, tmp_path: Path
) -> None:
    gate.holds = True
    process = node.start(KEPT, gate.url, house.secret, tmp_path, "Node killed in mid-post", 5)
    assert gate.has_held.wait(60)
    kill(process)
    assert house.count("Node killed") == 1
    gate.holds = False
    assert node.run(LEFT, gate.url, house.secret, tmp_path) == {"sent": 5, "waiting": 0}
    assert house.count("Node killed") == 5


@pytest.mark.trial
def test_what_was_queued_while_the_house_was_away_is_stored_once(
    node: Programs, house: House, tmp_path: Path
) -> None:
    house.close()
    process = node.start(KEPT, house.url, house.secret, tmp_path, "Away from Node", 100)
    assert process.stdout
    assert process.stdout.readline() == "kept\n"
    kill(process)
    house.open()
    assert node.run(LEFT, house.url, house.secret, tmp_path) == {"sent": 100, "waiting": 0}
    assert (house.count("Away from"), house.count_different("Away from")) == (100, 100)


@pytest.mark.trial
def test_processes_share_a_folder(node: Programs, house: House, tmp_path: Path) -> None:
    asked = (house.url, house.secret, tmp_path)
    both = [node.start(KEPT, *asked, f"Shared folder {name}", 50) for name in "ab"]
    for one in both:
        last_shown(one)
    assert node.run(LEFT, *asked)["waiting"] == 0
    assert (house.count("Shared f"), house.count_different("Shared f")) == (100, 100)


REFUSES = """
const folder = told[0], outcomes = [];
const onSettled = (key, outcome) => outcomes.push(outcome.code ?? outcome);
const queue = kept(folder, { onSettled });
await queue.enqueue({ score: { type: "nps", value: 11 } });
await queue.enqueue({ comment: "After one that Node was refused" });
const nobody = createClient({ url, key: `${key.slice(0, 10)}nobody`, background: false,
  storage: new FileStorage(folder) });
const unknown = await nobody.flush();
const done = await queue.flush();
const [one] = await queue.refused();
await queue.retry(one.key);
const again = await queue.flush();
const aged = await kept(folder, { keepForMs: -1 }).flush();
show({ unknown: [unknown.refused, unknown.waiting, unknown.error.code], settled: outcomes[0],
       done: [done.sent, done.refused, done.waiting], at: one.problem.errors[0].pointer,
       again: again.refused, aged: [aged.expired, (await queue.refused()).length] });
"""


def test_what_is_refused_stays_to_be_seen_and_a_wrong_key_refuses_nothing(
    node: Programs, house: House, tmp_path: Path
) -> None:
    told = node.run(REFUSES, house.url, house.secret, tmp_path)
    assert told["unknown"] == [0, 2, "unknown_key"]
    assert (told["done"], told["at"], told["settled"]) == ([1, 1, 0], "/score/value", "refused")
    assert (told["again"], told["aged"]) == (1, [1, 0])


TYPED = """
import { createClient, type Receipt } from "cxloop-client";
import { FileStorage } from "cxloop-client/node";
const storage = new FileStorage("kept");
const client = createClient({ url: "https://care.example", key: "pk_1", storage });
const receipt: Receipt = await client.send({ score: { type: "nps", value: 2 } });
await client.enqueue({ coment: receipt.key });
"""


@pytest.mark.trial
def test_a_compiler_knows_what_may_be_sent(node: Programs) -> None:
    (node.folder / "typed.ts").write_text(TYPED)
    compiler = node.folder.parent / "source" / "node_modules" / ".bin" / "tsc"
    options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022"]
    done = subprocess.run(
        [compiler, *options, "typed.ts"],
        cwd=node.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    (fault,) = (line for line in done.stdout.splitlines() if "error" in line)
    assert "'coment' does not exist in type 'Submission'" in fault


def test_the_lock_names_no_registry() -> None:
    lock = json.loads((ROOT / "clients" / "javascript" / "package-lock.json").read_text())
    assert len(lock["packages"]) > 1
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
        assert name == "" or package["integrity"]


class Visitor:
    """A browser of their own, with the client in a page of another origin."""

    def __init__(self, context: BrowserContext, origin: str, house: House) -> None:
        self.context, self.origin, self.house = context, origin, house

    def opens(self, path: str = "/", **settings: object) -> Page:
        page = self.context.new_page()
        page.goto(self.origin + path)
        self.makes_client(page, **settings)
        return page

    def makes_client(self, page: Page, **settings: object) -> None:
        given = {"url": self.house.url, "key": self.house.publishable} | settings
        page.evaluate(MAKE, given)


MAKE = """async (given) => {
  const { createClient } = await import("/index.js");
  window.client = createClient(given);
}"""
POSTS = "**/api/v1/feedback"
WAITING = "client.waiting()"


@pytest.fixture
def visitor(house: House, node: Programs, browser: Browser) -> Iterator[Visitor]:
    """The house first: beside the loop of a browser Django makes no database."""
    context = browser.new_context()
    watch(context)
    with open_pages(node.folder) as origin:
        yield Visitor(context, origin, house)
        context.close()


def lose_the_answer(route: Route) -> None:
    """What a page has left meanwhile can no longer be broken off."""
    with suppress(Error):
        route.fetch()
        route.abort()


@pytest.mark.browser
class TestInPages:
    def test_sends_from_another_origin(self, visitor: Visitor) -> None:
        page = visitor.opens()
        said = {"score": {"type": "csat", "value": 2}, "comment": "From a page"}
        receipt: Any = page.evaluate("(said) => client.send(said)", said)
        assert receipt["replayed"] is False
        problem: Any = page.evaluate("client.send({}).catch((error) => error.errors)")
        assert problem[0]["code"] == "nothing_said"
        assert visitor.house.count("From a page") == 1

    def test_keeps_no_secret(self, visitor: Visitor) -> None:
        with pytest.raises(Error, match="secret key does not belong into a page"):
            visitor.opens(key=visitor.house.secret)

    def test_what_was_said_offline_is_heard_once_online(self, visitor: Visitor) -> None:
        page = visitor.opens()
        page.evaluate("Math.random = () => 1000")  # no pause ends before the browser says so
        visitor.context.set_offline(True)
        page.evaluate("client.enqueue({ comment: 'In a tunnel' })")
        page.wait_for_timeout(300)
        assert page.evaluate(WAITING) == 1
        visitor.context.set_offline(False)
        wait_until(lambda: page.evaluate(WAITING) == 0, seconds=60)
        assert visitor.house.count("In a tunnel") == 1

    def test_what_is_left_of_one_page_is_heard_from_the_next_and_once(
        self, visitor: Visitor
    ) -> None:
        page = visitor.opens()
        page.route(POSTS, lose_the_answer)
        page.evaluate("client.enqueue({ comment: 'Gone in mid-post' })")
        for _ in range(100):
            page.wait_for_timeout(50)  # in which its requests are looked at
            if visitor.house.count("Gone in mid-post"):
                break
        assert page.evaluate(WAITING) == 1
        page.unroute(POSTS)
        page.reload()
        visitor.makes_client(page)
        wait_until(lambda: page.evaluate(WAITING) == 0, seconds=60)
        assert visitor.house.count("Gone in mid-post") == 1

    def test_two_tabs_never_say_it_twice(self, visitor: Visitor) -> None:
        page = visitor.opens(background=False)
        say = "n => client.enqueue({ comment: `Of two tabs ${n}` })"
        for number in range(10):
            page.evaluate(say, number)
        tabs = [visitor.opens(f"/{name}", background=False) for name in "ab"]
        sent = 0
        for tab in tabs:
            tab.evaluate("void (window.done = client.flush())")
        for tab in tabs:
            sent += tab.evaluate("done.then(({ sent }) => sent)")
        assert (sent, visitor.house.count("Of two tabs")) == (10, 10)

"""Mail servers hand over by SMTP, and what was answered with 250 is a ticket, once."""

import email.policy
import os
import random
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from typing import Any

import psutil
import psycopg
import pytest
from playwright.sync_api import Browser, expect

from tests import asking
from tests.running.people import Person, soon
from tests.services import ROOT, Service, environment_of

CUSTOMER = "seoyeon@customer.example"


def mail(words: str, to: str, **said: str) -> EmailMessage:
    message = EmailMessage(policy=email.policy.SMTP)
    given = {"From": f"김서연 <{CUSTOMER}>", "To": to, "Subject": "택배가 오지 않았습니다"}
    for name, value in (given | said).items():
        message[name.replace("_", "-")] = value
    message.set_content(words)
    return message


@contextmanager
def line_to(service: Service) -> Iterator[smtplib.SMTP]:
    host, _, port = service.demo["mail"].partition(":")
    with smtplib.SMTP(host, int(port), timeout=20) as line:
        yield line


def ask(service: Service, path: str, **query: Any) -> Any:
    headers = {"Authorization": f"Bearer {service.demo['users']['admin']['token']}"}
    answer = asking.get(f"{service.base_url}/api/v1/{path}", params=query, headers=headers)
    return answer.json()


def tickets_of(service: Service, words: str) -> list[dict[str, Any]]:
    return [one for one in ask(service, "tickets", q=words)["results"] if one["subject"] == words]


def test_a_complaint_is_a_ticket_and_its_answer_is_answered(running_service: Service) -> None:
    care = running_service.demo["mailbox"]
    said = mail("일주일째 택배가 오지 않아요", care, Message_ID="<first@customer.example>")
    with line_to(running_service) as line:
        for _ in range(2):
            line.send_message(said)
    (ticket,) = soon(lambda: tickets_of(running_service, "일주일째 택배가 오지 않아요"))
    assert ticket["customer"]["email"] == CUSTOMER
    where = f"{running_service.base_url}/api/v1/tickets/{ticket['ref']}/reply"
    token = running_service.demo["users"]["agent"]["token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert asking.post(where, json={"body": "찾고 있습니다"}, headers=headers).status_code == 200
    letter = soon(lambda: letter_to(running_service, CUSTOMER))
    answer = mail("고맙습니다, 기다릴게요", letter["Reply-To"], In_Reply_To=letter["Message-ID"])
    with line_to(running_service) as line:
        line.send_message(answer)

    def answered() -> bool:
        timeline = ask(running_service, f"tickets/{ticket['ref']}")["timeline"]
        return any(one["kind"] == "customer_message" for one in timeline)

    assert soon(answered)
    assert len(tickets_of(running_service, "일주일째 택배가 오지 않아요")) == 1


def letter_to(service: Service, address: str, words: str = "찾고") -> EmailMessage | None:
    for path in (service.home / "letters").glob("*.eml"):
        read = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if address in str(read["To"]) and words in str(read.get_body(("plain",)).get_content()):
            return read
    return None


@pytest.mark.browser
def test_thanks_by_mail_are_judged_by_a_person(browser: Browser, running_service: Service) -> None:
    words, writer = "충전기가 타는 냄새가 나요", "minjun@customer.example"
    with line_to(running_service) as line:
        line.send_message(mail(words, running_service.demo["mailbox"], From=writer))
    (ticket,) = soon(lambda: tickets_of(running_service, words))
    cause = ask(running_service, "root-causes")["results"][0]["slug"]
    where = f"{running_service.base_url}/api/v1/tickets/{ticket['ref']}/resolve"
    token = running_service.demo["users"]["agent"]["token"]
    said = {"root_cause": cause, "body": "새 충전기를 오늘 보냈습니다"}
    resolved = asking.post(where, json=said, headers={"Authorization": f"Bearer {token}"})
    assert resolved.status_code == 200, resolved.text
    letter = soon(lambda: letter_to(running_service, writer, "새 충전기를"))
    agent = Person(browser, running_service).sign_in("agent")
    agent.page.goto(f"/tickets/{ticket['ref']}")
    thanks = mail("잘 받았습니다, 고맙습니다!", letter["Reply-To"], From=writer)
    with line_to(running_service) as line:
        line.send_message(thanks)
    expect(agent.page.get_by_role("button", name="They say it is solved")).to_be_visible()
    with agent.page.expect_navigation():
        agent.press("They say it is solved")
    expect(agent.page.locator("#state")).to_contain_text("Recovered")
    assert agent.complaints == []


def test_nobody_elses_mail_is_taken(running_service: Service) -> None:
    with line_to(running_service) as line:
        line.ehlo("mx.example")
        line.mail("someone@example.com")
        assert line.rcpt("stranger@elsewhere.example")[0] == 550
        assert line.rcpt(running_service.demo["mailbox"])[0] == 250
        assert line.rcpt("reply+1.forged@localhost.localdomain")[0] == 550


def test_by_lmtp_each_recipient_is_answered_for(running_service: Service) -> None:
    with lmtp_of(running_service) as port, smtplib.LMTP("127.0.0.1", port) as line:
        line.ehlo("mx.example")
        line.mail("someone@example.com")
        care = running_service.demo["mailbox"]
        for address in (care, care.replace("@", "+second@")):
            assert line.rcpt(address)[0] == 250
        line.putcmd("data")
        assert line.getreply()[0] == 354
        said = mail("Handed over by LMTP", care, From="jun@customer.example")
        line.send(said.as_bytes() + b"\r\n.\r\n")
        assert [line.getreply()[0] for _ in range(2)] == [250, 250]
    assert len(soon(lambda: tickets_of(running_service, "Handed over by LMTP"))) == 1


@contextmanager
def lmtp_of(service: Service) -> Iterator[int]:
    """A further door of the same house."""
    command = [sys.executable, ROOT / "manage.py", "receive_smtp", "--lmtp", "--port", "0"]
    found = environment_of(service.home, **environment_in(service))
    with subprocess.Popen(command, env=found, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline().rpartition(" ")[2])
        finally:
            process.terminate()


def door_of(service: Service) -> psutil.Process:
    house = psutil.Process(service.process.pid)
    found: psutil.Process = soon(lambda: next(filter(_is_door, house.children()), None))
    return found


def _is_door(process: psutil.Process) -> bool:
    with suppress(psutil.Error):  # it has just ended
        return "receive_smtp" in process.cmdline()
    return False


def environment_in(service: Service) -> dict[str, str]:
    wanted = ("DATABASE_URL", "REDIS_URL", "CXLOOP_SECRET_KEY", "CXLOOP_BOOTSTRAP")
    known = door_of(service).environ()
    return {name: known[name] for name in wanted}


@pytest.mark.trial
def test_a_door_killed_five_times_loses_none_and_doubles_none(running_service: Service) -> None:
    """As a mail server does, each is sent again until it was answered with 250."""
    care, number = running_service.demo["mailbox"], 1000
    kill_at = set(random.Random(7).sample(range(50, number - 50), 5))
    for at in range(number):
        if at in kill_at:
            with suppress(psutil.Error):
                os.kill(door_of(running_service).pid, signal.SIGKILL)
        send_until_taken(running_service, mail(f"Mail number {at} of the storm", care))

    def stored() -> bool:
        with psycopg_of(running_service) as connection:
            asked = "SELECT count(*), count(DISTINCT comment) FROM intake_feedback WHERE comment ~ "
            row = connection.execute(asked + "'^Mail number [0-9]+ of the storm'").fetchone()
        return row == (number, number)

    deadline = time.monotonic() + 60
    while not stored():
        assert time.monotonic() < deadline
        time.sleep(1)


def send_until_taken(service: Service, message: EmailMessage) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with suppress(OSError, smtplib.SMTPException), line_to(service) as line:
            line.send_message(message)
            return
        time.sleep(0.1)
    raise AssertionError("it was never taken")


@contextmanager
def psycopg_of(service: Service) -> Iterator[Any]:
    with psycopg.connect(environment_in(service)["DATABASE_URL"]) as connection:
        yield connection

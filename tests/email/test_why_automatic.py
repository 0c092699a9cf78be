"""why_automatic …"""

import pytest

from feedback.email.reading import read_mail
from tests.email.mails import written


def reason(**said: str) -> str:
    return read_mail(written(**said)).automatic


@pytest.mark.parametrize(
    "said",
    [
        {"Auto_Submitted": "auto-replied"},
        {"auto_submitted": "AUTO-GENERATED; x=y"},
        {"Precedence": "bulk"},
        {"Precedence": "List"},
        {"Precedence": "auto_reply"},
        {"List_Id": "<news.shop.example>"},
        {"List_Unsubscribe": "<mailto:x@y.example>"},
        {"X_Autoreply": "yes"},
        {"X_Autorespond": ""},
        {"X_MLServer": "fml"},
        {"X_Apple_Action": "VACATION"},
        {"X_AMZ_SNS_Message_Id": "1"},
        {"Return_Path": "<>"},
        {"From": "no-reply@shop.example"},
        {"From": "Shop <account.noreply@shop.example>"},
        {"From": "donotreply@shop.example"},
        {"From": "no-reply@shop.example", "Reply_To": "noreply@shop.example"},
        {"Content_Type": 'multipart/report; report-type="feedback-report"; boundary=x'},
        {"Content_Type": 'multipart/report; report-type=disposition-notification; boundary="x"'},
        {"Subject": "Automatic reply: Your parcel"},
        {"Subject": "Auto-Reply"},
        {"Subject": "Out of office"},
        {"Subject": "Out of the Office: Your parcel"},
        {"Subject": "Automatische Antwort: Paket"},
        {"Subject": "Abwesenheitsnotiz"},
        {"Subject": "Réponse automatique : colis"},
        {"Subject": "Respuesta automática: paquete"},
        {"Subject": "Автоответ"},
        {"Subject": "자동 응답: 배송"},
        {"Subject": "[자동회신] 배송"},
        {"Subject": "부재중: 배송"},
        {"Subject": "부재 중 알림"},
        {"Subject": "自動返信"},
        {"Subject": "自动回复"},
        {"Subject": "complaint about message from 192.0.2.222"},
    ],
)
def test_it_sees_that_nobody_wrote(said: dict[str, str]) -> None:
    if "X_Autorespond" in said:
        said = {"X_Autorespond": " "}
    assert reason(**said)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"Auto_Submitted": "no"},
        {"Precedence": "first-class"},
        {"X_Auto_Response_Suppress": "All"},
        {"Return_Path": "<kim@customer.example>"},
        {"From": "noreplies.kim@customer.example"},
        {"From": "postmaster@tiny.example"},
        {"Subject": "Re: Out of office chairs, and nobody answers"},
        {"Subject": "Out of office chairs again?"},
        {"Subject": "Vacation spoilt by your airline"},
        {"Subject": "부재중 택배가 사라졌어요"},
        {"Subject": "Complaint about message from your driver"},
        {"Subject": "Automatic door is broken"},
        {"Subject": "Fwd: Undeliverable: my order"},
    ],
)
def test_it_believes_a_person(said: dict[str, str]) -> None:
    assert reason(**said) == ""


def test_it_knows_a_bounce_that_somebody_handed_on() -> None:
    report = "See:\n> Final-Recipient: rfc822; kim@customer.example\n> Action: failed\n"
    raw = written(report, Subject="Fwd: Returned mail: see transcript for details")
    assert read_mail(raw).automatic

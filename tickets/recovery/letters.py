"""The letter that asks whether it is put right, in the customer's language."""

from cxloop.kernel.letters import Draft
from feedback.email.addresses import reply_address
from tickets.recovery.links import question_link
from tickets.work.letters import language_of, thread_of
from tickets.work.models import Resolution, Ticket

QUESTION = "question"

_SUBJECT = {"en": "Is it put right?", "ko": "문제가 해결되셨나요?"}

_ASKING = {
    "en": (
        "We think that what you wrote to us about is settled. Only you can say whether it is.\n\n"
        "Please tell us here; it takes a minute, and no sign-in:\n\n"
        "{link}\n\n"
        "If anything is still wrong, say so there or answer this letter: a person will take it "
        "up again.\n\n"
        "Your number is {ref}.\n"
    ),
    "ko": (
        "말씀해 주신 일은 해결된 것으로 보입니다. 정말 그런지는 고객님만 아십니다.\n\n"
        "아래 주소에서 알려 주세요. 로그인 없이 1분이면 됩니다.\n\n"
        "{link}\n\n"
        "아직 불편하신 점이 있으면 그곳에 적으시거나 이 메일에 답장해 주세요. "
        "담당자가 다시 살펴보겠습니다.\n\n"
        "접수 번호는 {ref}입니다.\n"
    ),
}


def question_letter(ticket: Ticket, resolution: Resolution) -> Draft:
    """What the agent wrote when resolving stands first, then the question and the link."""
    assert ticket.customer is not None
    language = language_of(ticket.customer)
    link = question_link(ticket.pk, resolution.cycle)
    asking = _ASKING[language].format(link=link, ref=ticket.ref)
    said = resolution.body.strip()
    return Draft(
        key=f"question:{ticket.pk}:{resolution.cycle}",
        kind=QUESTION,
        to=ticket.customer.email,
        subject=f"{_SUBJECT[language]} [{ticket.ref}]",
        body=f"{said}\n\n{asking}" if said else asking,
        reply_to=reply_address(ticket.pk),
        references=thread_of(ticket),
        automatic=True,
        about_at=resolution.at,
    )

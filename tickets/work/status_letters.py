"""What our letters say of the page on which a customer reads where their matter stands."""

from tickets.work.letter_book import language_of
from tickets.work.letter_words import ENGLISH, KOREAN
from tickets.work.models import Ticket
from tickets.work.status_links import link_in_letters

STATUS = "status_link"

# Ours, not an admin's: whoever is written to can always see what was promised to them.
_FOOT = {
    ENGLISH: "Where your matter stands, and a place to write to us: {link}",
    KOREAN: "진행 상황을 보고 말씀을 남기실 수 있는 곳: {link}",
}

STATUS_LETTER = {
    ENGLISH: "Here you see where your matter stands, what we promised and what was said. You can "
    "write to us there, too; it takes no sign-in.\n\n{link}\n\n"
    "Whoever has this address can open the page: keep it to yourself.\n\n"
    "Your number is {number}.\n",
    KOREAN: "아래 주소에서 진행 상황과 저희가 약속드린 내용, 지금까지 나눈 이야기를 보실 수 "
    "있습니다. 로그인 없이 말씀도 남기실 수 있습니다.\n\n{link}\n\n"
    "이 주소를 아는 사람은 누구나 열 수 있으니 다른 분께 알리지 말아 주세요.\n\n"
    "접수 번호는 {number}입니다.\n",
}


def without_token(body: str, ticket: Ticket) -> str:
    """As a colleague may read it: whoever has the customer's link could answer for them."""
    page = link_in_letters(ticket)
    return body.replace(page, f"{page.rpartition('/')[0]}/…") if page else body


def over_status_line(body: str, ticket: Ticket) -> str:
    """The letter with its link at the foot, unless it stands in it already."""
    page = link_in_letters(ticket)
    if not page or page in body:
        return body
    return f"{body.rstrip()}\n\n{_FOOT[language_of(ticket.customer)].format(link=page)}\n"

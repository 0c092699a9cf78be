"""Forms that are ready to be asked, by the touchpoint they are for, in English and Korean.

Wordings of the scales follow their authors: NPS (Reichheld 2003), CES 2.0 (CEB 2013), CSAT and goal
completion as they are commonly asked.
"""

from typing import Any, NamedTuple

Texts = dict[str, str]
Json = dict[str, Any]


class Ready(NamedTuple):
    slug: str
    name: Texts
    touchpoint: Texts
    document: Json


def _said(en: str, ko: str) -> Texts:
    return {"en": en, "ko": ko}


THANKS = _said("Thank you. A person reads this.", "고맙습니다. 담당자가 직접 읽습니다.")
CONTACT: Json = {
    "key": "contact",
    "kind": "contact",
    "ask": _said("Where may we answer you?", "어디로 답변을 드릴까요?"),
}
UNHAPPY = ["negative", "neutral"]


def _why(of: str, ask: Texts, *, classes: list[str] | None = None) -> Json:
    when = {"when": {"question": of, "classes": classes}} if classes else {}
    return {"key": f"{of}_why", "kind": "text", "ask": ask, **when}


def _choice(key: str, ask: Texts, options: dict[str, Texts], **more: Any) -> Json:
    offered = [{"value": value, "label": label} for value, label in options.items()]
    return {"key": key, "kind": "choice", "ask": ask, "options": offered, **more}


CHECKOUT: Json = {
    "questions": [
        {
            "key": "effort",
            "kind": "ces",
            "required": True,
            "ask": _said("How easy was it to place your order?", "주문하기가 얼마나 쉬우셨나요?"),
            "low": _said("very difficult", "매우 어려움"),
            "high": _said("very easy", "매우 쉬움"),
        },
        _choice(
            "obstacle",
            _said("What stood in the way?", "무엇이 불편하셨나요?"),
            {
                "payment": _said("Paying", "결제"),
                "delivery": _said("Delivery costs or times", "배송비나 배송일"),
                "account": _said("Having to sign up", "회원 가입"),
                "technical": _said("Something did not work", "오류"),
                "other": _said("Something else", "그 밖의 이유"),
            },
            several=True,
            when={"question": "effort", "classes": UNHAPPY},
        ),
        _why("effort", _said("What should we know?", "더 하실 말씀이 있으신가요?")),
        CONTACT,
    ],
    "thanks": THANKS,
}
FIRST_VISIT: Json = {
    "questions": [
        {
            "key": "goal",
            "kind": "gcr",
            "required": True,
            "ask": _said("Could you do what you came for?", "방문하신 목적을 이루셨나요?"),
        },
        _why("goal", _said("What were you looking for?", "무엇을 찾고 계셨나요?"), classes=UNHAPPY),
        CONTACT,
    ],
    "thanks": THANKS,
}
ACCOUNT: Json = {
    "questions": [
        {
            "key": "satisfied",
            "kind": "csat",
            "required": True,
            "ask": _said(
                "How satisfied are you with your account pages?",
                "내 계정 화면에 얼마나 만족하시나요?",
            ),
            "low": _said("very dissatisfied", "매우 불만족"),
            "high": _said("very satisfied", "매우 만족"),
        },
        _why("satisfied", _said("What would make them better?", "무엇이 나아지면 좋을까요?")),
        CONTACT,
    ],
    "thanks": THANKS,
}
DELIVERY: Json = {
    "questions": [
        {
            "key": "recommend",
            "kind": "nps",
            "required": True,
            "ask": _said(
                "How likely are you to recommend us to a friend?",
                "저희를 친구에게 추천하실 의향이 얼마나 있으신가요?",
            ),
            "low": _said("not at all", "전혀 아니다"),
            "high": _said("very likely", "꼭 추천한다"),
        },
        {
            "key": "delivery",
            "kind": "stars",
            "ask": _said("How was the delivery?", "배송은 어떠셨나요?"),
        },
        _choice(
            "trouble",
            _said("What went wrong?", "무엇이 잘못되었나요?"),
            {
                "late": _said("It came late", "늦게 도착"),
                "damaged": _said("It was damaged", "파손"),
                "missing": _said("Something was missing", "누락"),
                "wrong": _said("It was the wrong thing", "다른 상품"),
                "other": _said("Something else", "그 밖의 문제"),
            },
            several=True,
            when={"question": "delivery", "classes": ["negative"]},
        ),
        _why("recommend", _said("What is the reason?", "그렇게 느끼신 이유는 무엇인가요?")),
        CONTACT,
    ],
    "thanks": THANKS,
}
SUPPORT: Json = {
    "questions": [
        {
            "key": "solved",
            "kind": "thumbs",
            "required": True,
            "ask": _said("Did this page answer your question?", "이 페이지가 도움이 되었나요?"),
            "low": _said("no", "아니요"),
            "high": _said("yes", "네"),
        },
        _why("solved", _said("What is missing?", "무엇이 부족한가요?"), classes=["negative"]),
        {**CONTACT, "when": {"question": "solved", "classes": ["negative"]}},
    ],
    "thanks": THANKS,
}
CALL_BACK: Json = {
    "questions": [
        {
            "key": "matter",
            "kind": "text",
            "required": True,
            "ask": _said("What is it about?", "어떤 일로 전화를 드릴까요?"),
        },
        {
            "key": "call",
            "kind": "callback",
            "required": True,
            "ask": _said("At which number may we call you?", "어느 번호로 전화를 드릴까요?"),
            "hint": _said("We use it for this call alone.", "이번 통화에만 사용합니다."),
        },
    ],
    "thanks": _said(
        "Thank you. We call you at the time you chose.",
        "고맙습니다. 고르신 시간에 전화드리겠습니다.",
    ),
}

GALLERY = (
    Ready(
        "checkout",
        _said("After the order", "주문 직후"),
        _said("Checkout", "결제"),
        CHECKOUT,
    ),
    Ready(
        "first-visit",
        _said("Goal of the visit", "방문 목적"),
        _said("First visit", "첫 방문"),
        FIRST_VISIT,
    ),
    Ready(
        "account",
        _said("Account pages", "내 계정"),
        _said("Account", "계정"),
        ACCOUNT,
    ),
    Ready(
        "delivery",
        _said("After delivery", "배송 후"),
        _said("Delivery", "배송"),
        DELIVERY,
    ),
    Ready(
        "support",
        _said("Help pages", "도움말"),
        _said("Support", "고객 지원"),
        SUPPORT,
    ),
    Ready(
        "call-back",
        _said("Call me back", "전화 요청"),
        _said("Support", "고객 지원"),
        CALL_BACK,
    ),
)
BY_SLUG = {ready.slug: ready for ready in GALLERY}

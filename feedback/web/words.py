"""What the form and the receipt say."""

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, with_config
from typing_extensions import TypedDict

_IN_A_PAGE = (
    *("close", "parts", "kept", "refused"),
    *("picture", "shot", "covered", "pictured", "unpicture", "no_picture"),
)


def _saying(*names: str) -> AfterValidator:
    """Neither more nor less than these."""

    def check(said: dict[str, str]) -> dict[str, str]:
        if said.keys() != set(names):
            raise ValueError(f"say exactly {', '.join(names)}")
        return said

    return AfterValidator(check)


@with_config(ConfigDict(extra="forbid"))
class Asking(TypedDict):
    """What a form says beside its own questions, on its page and in the widget."""

    send: str
    privacy: str
    contact_me: str
    leave_empty: str
    call_at: str
    call_any: str
    thanks: tuple[str, str]
    keep: str
    answers: Annotated[
        dict[str, str], _saying("thumbs:0", "thumbs:1", "gcr:no", "gcr:partly", "gcr:yes")
    ]
    faults: Annotated[
        dict[str, str], _saying("said", "required", "not_a_choice", "too_long", "email", "phone")
    ]
    widget: Annotated[dict[str, str], _saying(*_IN_A_PAGE)]


class Words(Asking):
    language: str
    question: str
    lowest: str
    highest: str
    comment: str
    comment_hint: str
    call_zone: str
    email: str
    email_hint: str
    faulty: str
    receipt: tuple[str, str]
    heard: str
    score: str
    words: str
    no_words: str
    stand: str
    stands: dict[str, str]
    at_receipt: dict[str, str]
    gone: dict[str, tuple[str, str]]
    other_language: tuple[str, str]
    time: str


ENGLISH: Words = {
    "language": "en",
    "question": "How likely are you to recommend us?",
    "lowest": "not at all",
    "highest": "very likely",
    "comment": "What is the reason?",
    "comment_hint": "In your own words. A person reads it.",
    "contact_me": "Please get back to me about this",
    "call_at": "When may we call?",
    "call_any": "at any time",
    "call_zone": "Times as in",
    "email": "Your e-mail address",
    "email_hint": "Only if you want an answer. We use it for nothing else.",
    "leave_empty": "Leave this field empty",
    "send": "Send",
    "privacy": "Only the people who take care of it read this.",
    "faulty": "Something is missing. What you wrote is kept below.",
    "answers": {
        "thumbs:0": "👎 no",
        "thumbs:1": "👍 yes",
        "gcr:no": "no",
        "gcr:partly": "partly",
        "gcr:yes": "yes",
    },
    "faults": {
        "said": "Choose a number, or write a few words.",
        "required": "Please answer this.",
        "not_a_choice": "Choose one of these.",
        "too_long": "Please say it in at most 10,000 characters.",
        "email": "This is not an e-mail address we can write to.",
        "phone": "Please give a number that we can call.",
    },
    "thanks": ("Thank you.", "We have it, and a person will read it."),
    "keep": "Keep your receipt",
    "receipt": ("We have heard you.", "This page is your receipt: keep its address."),
    "heard": "Heard",
    "score": "Your score",
    "words": "Your words",
    "no_words": "No words are kept here.",
    "stand": "Where it stands",
    "stands": {
        "received": "Received. A person will read it.",
        "work": "A person is taking care of it.",
        "answered": "We have answered.",
        "closed": "It is closed.",
    },
    "at_receipt": {
        "offer": "You left no address. If you want an answer, it can stand on this page.",
        "ask": "I will look here for an answer",
        "asked": "Your answer will stand here. Come back to this page, and keep its address.",
        "there_is": "There is an answer for you.",
        "open": "Read the answer",
        "story": "What was said since",
        "we": "We",
        "you": "You",
        "write": "Write to us",
        "send": "Send",
        "required": "Write something first.",
        "too_long": "Please say it in at most 10,000 characters.",
        "enough": "We have your messages. Please wait for our answer.",
    },
    "gone": {
        "unknown": ("There is nothing here.", "The address is not complete, or no longer in use."),
        "tried": ("This was a test.", "It came by a test key: nobody reads it, nobody answers it."),
        "too_large": ("That is too much at once.", "Please say it in at most 10,000 characters."),
        "too_many": ("Please wait a moment.", "Too much came at once. Go back and send it again."),
    },
    "other_language": ("ko", "한국어"),
    "time": "j F Y, H:i",
    "widget": {
        "close": "Close",
        "parts": "What you have answered counts even if you do not send it.",
        "picture": "Add a picture",
        "shot": "Take a picture of this page",
        "covered": "Whatever is typed in this page is covered before.",
        "pictured": "The picture that will be sent",
        "unpicture": "Without the picture",
        "no_picture": "The picture could not be taken.",
        "kept": "It is kept in this browser and leaves as soon as you are connected.",
        "refused": "It could not be taken as it stands. Please look at it once more.",
    },
}

KOREAN: Words = {
    "language": "ko",
    "question": "저희를 주변에 추천하시겠어요?",
    "lowest": "전혀 아니다",
    "highest": "꼭 추천한다",
    "comment": "그렇게 느끼신 이유는 무엇인가요?",
    "comment_hint": "편하게 적어 주세요. 담당자가 직접 읽습니다.",
    "contact_me": "이 일에 대해 답변을 받고 싶어요",
    "call_at": "언제 전화를 드릴까요?",
    "call_any": "아무 때나",
    "call_zone": "시간 기준:",
    "email": "이메일 주소",
    "email_hint": "답변을 원하실 때만 적어 주세요. 다른 용도로 쓰지 않습니다.",
    "leave_empty": "이 칸은 비워 두세요",
    "send": "보내기",
    "privacy": "이 일을 맡은 사람만 읽습니다.",
    "faulty": "빠진 것이 있어요. 적으신 내용은 아래에 그대로 있습니다.",
    "answers": {
        "thumbs:0": "👎 아니요",
        "thumbs:1": "👍 네",
        "gcr:no": "아니요",
        "gcr:partly": "일부만",
        "gcr:yes": "네",
    },
    "faults": {
        "said": "점수를 고르거나 몇 마디 적어 주세요.",
        "required": "답해 주세요.",
        "not_a_choice": "이 가운데 하나를 골라 주세요.",
        "too_long": "10,000자 이내로 적어 주세요.",
        "email": "메일을 보낼 수 있는 이메일 주소가 아니에요.",
        "phone": "전화를 드릴 수 있는 번호를 적어 주세요.",
    },
    "thanks": ("고맙습니다.", "잘 받았습니다. 담당자가 직접 읽습니다."),
    "keep": "접수증 보관하기",
    "receipt": ("말씀을 잘 들었습니다.", "이 페이지가 접수증입니다. 주소를 보관해 주세요."),
    "heard": "접수 시각",
    "score": "고르신 점수",
    "words": "적어 주신 말씀",
    "no_words": "보관 중인 글이 없습니다.",
    "stand": "진행 상황",
    "stands": {
        "received": "접수되었습니다. 담당자가 읽을 차례입니다.",
        "work": "담당자가 살펴보고 있습니다.",
        "answered": "답변을 드렸습니다.",
        "closed": "처리가 끝났습니다.",
    },
    "at_receipt": {
        "offer": "연락처를 남기지 않으셨어요. 답변을 원하시면 이 페이지에 남겨 드릴 수 있습니다.",
        "ask": "여기에서 답변을 확인할게요",
        "asked": "답변은 여기에 남겨 드립니다. 이 페이지의 주소를 보관하고 다시 찾아 주세요.",
        "there_is": "답변이 도착했습니다.",
        "open": "답변 읽기",
        "story": "그 뒤에 나눈 이야기",
        "we": "담당자",
        "you": "고객님",
        "write": "남기실 말씀",
        "send": "보내기",
        "required": "내용을 먼저 적어 주세요.",
        "too_long": "10,000자 이내로 적어 주세요.",
        "enough": "보내 주신 말씀은 잘 받았습니다. 답변을 기다려 주세요.",
    },
    "gone": {
        "unknown": ("여기에는 아무것도 없어요.", "주소가 완전하지 않거나 더 이상 쓰이지 않습니다."),
        "tried": (
            "테스트로 보낸 내용이에요.",
            "테스트 키로 왔기 때문에 아무도 읽거나 답하지 않습니다.",
        ),
        "too_large": ("한 번에 받기에는 너무 길어요.", "10,000자 이내로 적어 주세요."),
        "too_many": (
            "잠시만 기다려 주세요.",
            "한꺼번에 너무 많이 들어왔어요. 뒤로 가서 다시 보내 주세요.",
        ),
    },
    "other_language": ("en", "English"),
    "time": "Y년 n월 j일 H:i",
    "widget": {
        "close": "닫기",
        "parts": "보내기를 누르지 않으셔도 고르신 답은 전해집니다.",
        "picture": "사진 추가",
        "shot": "이 화면 캡처",
        "covered": "화면에 입력한 내용은 가린 뒤에 캡처합니다.",
        "pictured": "함께 보낼 사진",
        "unpicture": "사진 빼기",
        "no_picture": "사진을 담지 못했습니다.",
        "kept": "이 브라우저에 보관해 두었다가 연결되는 대로 보내 드릴게요.",
        "refused": "적으신 그대로는 받을 수 없었어요. 다시 한번 확인해 주세요.",
    },
}

WORDS = {"en": ENGLISH, "ko": KOREAN}

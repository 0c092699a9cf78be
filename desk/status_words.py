"""What the status page says, in the languages in which we write letters."""

from typing import TypedDict


class Words(TypedDict):
    title: str
    stands: dict[str, tuple[str, str]]
    promised: str
    promise: dict[str, dict[str, str]]
    repair: str
    gesture_stands: dict[str, str]
    story: str
    write: str
    write_hint: str
    files: str
    files_hint: str
    send: str
    call: str
    call_phone: str
    call_at: str
    call_any: str
    call_zone: str
    call_send: str
    said: dict[str, str]
    faulty: str
    faults: dict[str, str]
    over: tuple[str, str]
    over_send: str
    over_sent: tuple[str, str]


ENGLISH: Words = {
    "title": "Where your matter stands",
    "stands": {
        "heard": ("We have your message.", "A person takes care of it."),
        "writes": ("We have your message.", "A person writes to you by {by}."),
        "calls": ("We will call you.", "By {by}, at the number you gave us."),
        "news": ("We are working on it.", "You hear from us again by {by}."),
        "writes_late": (
            "We are late.",
            "A person was to write to you by {by}, and nobody has yet. We are sorry: you are "
            "still owed an answer.",
        ),
        "calls_late": (
            "We are late.",
            "We were to call you by {by}, and have not. We are sorry: you are still owed the call.",
        ),
        "news_late": (
            "We are late.",
            "You were to hear from us by {by}, and have not. We are sorry: you are still owed it.",
        ),
        "waiting": ("We wait for you.", "To go on we need your answer. You can write it below."),
        "answered": (
            "We have answered you.",
            "Our answer stands below. If it is not what you need, write to us here.",
        ),
        "asked": ("Is it put right?", "We think this is settled. Only you can say whether it is."),
        "resolved": ("We think this is settled.", "If it is not, write to us below."),
        "happy": (
            "It is settled.",
            "You told us so, thank you. If something is wrong again, write to us below.",
        ),
        "closed": (
            "This matter is closed.",
            "If something is still wrong, write to us below: a person takes it up again.",
        ),
        "ended": (
            "This matter is closed.",
            "It ended long ago. If something is wrong, answer any letter of ours: a person "
            "reads it.",
        ),
    },
    "promised": "What we promised",
    "promise": {
        "writes": {
            "ahead": "A person writes to you by {by}.",
            "late": "A person was to write to you by {by}. You are still owed it.",
            "kept": "A person was to be in touch by {by}, and was on {at}.",
            "kept_late": "A person was to be in touch by {by}, and was only on {at}: too late.",
            "broken": "A person was to be in touch by {by}. Nobody was.",
        },
        "calls": {
            "ahead": "We call you by {by}.",
            "late": "We were to call you by {by}. You are still owed the call.",
            "kept": "We were to call you by {by}, and did on {at}.",
            "kept_late": "We were to call you by {by}, and did only on {at}: too late.",
            "broken": "We were to call you by {by}. We did not.",
        },
        "news": {
            "ahead": "You hear from us again by {by}.",
            "late": "You were to hear from us by {by}. You are still owed it.",
            "kept": "You were to hear from us by {by}, and did on {at}.",
            "kept_late": "You were to hear from us by {by}, and did only on {at}: too late.",
            "broken": "You were to hear from us by {by}. You did not.",
        },
    },
    "repair": "What we do to put it right",
    "gesture_stands": {
        "promised": "promised",
        "promised_by": "promised by {at}",
        "late": "was promised by {at}. You are still owed it.",
        "kept": "done on {at}",
    },
    "story": "What was said",
    "write": "Write to us",
    "write_hint": "A person reads it.",
    "files": "Add pictures or PDFs",
    "files_hint": "At most five, each of at most 10 MB.",
    "send": "Send",
    "call": "Call me back",
    "call_phone": "At this number",
    "call_at": "When shall we call?",
    "call_any": "At any time",
    "call_zone": "These are times of",
    "call_send": "Please call me",
    "said": {
        "message": "Thank you, we have it. A person reads it.",
        "call": "Thank you. We have noted that you want to be called.",
    },
    "faulty": "It was not sent yet. Your words are kept below.",
    "faults": {
        "required": "Write something first.",
        "too_long": "Please say it in at most 10,000 characters.",
        "enough": "We have your messages. Please wait for our answer.",
        "too_many_files": "Choose at most five files.",
        "file_too_large": "A file is larger than 10 MB. Choose them again without it.",
        "empty_file": "A file is empty. Choose them again without it.",
        "not_a_picture": "Only PNG, JPEG, GIF, WebP and PDF can be taken. Choose them again.",
        "no_number": "Give a number that we can call.",
        "not_offered": "Choose one of these times.",
    },
    "over": (
        "This link has expired.",
        "So that nobody else reads your matter, these links live for a while only. We can send a "
        "new one to the e-mail address that we know of you.",
    ),
    "over_send": "Send me a new link",
    "over_sent": (
        "Look into your mail.",
        "If we know an e-mail address of yours, a new link is on its way there. We send one every "
        "few hours at most.",
    ),
}

KOREAN: Words = {
    "title": "진행 상황",
    "stands": {
        "heard": ("말씀을 잘 받았습니다.", "담당자가 살펴보고 있습니다."),
        "writes": ("말씀을 잘 받았습니다.", "담당자가 {by}까지 직접 답변드리겠습니다."),
        "calls": ("전화드리겠습니다.", "{by}까지 알려 주신 번호로 전화드리겠습니다."),
        "news": ("살펴보고 있습니다.", "{by}까지 다시 소식을 전해 드리겠습니다."),
        "writes_late": (
            "저희가 늦었습니다.",
            "{by}까지 답변드리기로 했지만 아직 드리지 못했습니다. 죄송합니다. 꼭 답변드리겠습니다.",
        ),
        "calls_late": (
            "저희가 늦었습니다.",
            "{by}까지 전화드리기로 했지만 아직 드리지 못했습니다. 죄송합니다. 꼭 전화드리겠습니다.",
        ),
        "news_late": (
            "저희가 늦었습니다.",
            "{by}까지 소식을 전하기로 했지만 아직 전하지 못했습니다. 죄송합니다. 꼭 "
            "알려 드리겠습니다.",
        ),
        "waiting": (
            "고객님의 답변을 기다리고 있습니다.",
            "계속 도와드리려면 답변이 필요합니다. 아래에 적어 주세요.",
        ),
        "answered": (
            "답변을 드렸습니다.",
            "답변은 아래에 있습니다. 원하신 답이 아니라면 이곳에 적어 주세요.",
        ),
        "asked": (
            "문제가 해결되셨나요?",
            "해결된 것으로 보이지만, 정말 그런지는 고객님만 아십니다.",
        ),
        "resolved": ("해결된 것으로 보입니다.", "그렇지 않다면 아래에 적어 주세요."),
        "happy": (
            "해결되었습니다.",
            "알려 주셔서 감사합니다. 다시 불편하신 점이 있으면 아래에 적어 주세요.",
        ),
        "closed": (
            "종료된 접수입니다.",
            "아직 불편하신 점이 있으면 아래에 적어 주세요. 담당자가 다시 살펴보겠습니다.",
        ),
        "ended": (
            "종료된 접수입니다.",
            "종료된 지 오래되었습니다. 불편하신 점이 있으면 저희 메일에 답장해 주세요. "
            "담당자가 읽습니다.",
        ),
    },
    "promised": "약속드린 내용",
    "promise": {
        "writes": {
            "ahead": "담당자가 {by}까지 직접 답변드리겠습니다.",
            "late": "{by}까지 답변드리기로 했지만 아직 드리지 못했습니다.",
            "kept": "{by}까지 연락드리기로 했고, {at}에 연락드렸습니다.",
            "kept_late": "{by}까지 연락드리기로 했지만, {at}에야 늦게 연락드렸습니다.",
            "broken": "{by}까지 연락드리기로 했지만 드리지 못했습니다.",
        },
        "calls": {
            "ahead": "{by}까지 전화드리겠습니다.",
            "late": "{by}까지 전화드리기로 했지만 아직 드리지 못했습니다.",
            "kept": "{by}까지 전화드리기로 했고, {at}에 전화드렸습니다.",
            "kept_late": "{by}까지 전화드리기로 했지만, {at}에야 늦게 전화드렸습니다.",
            "broken": "{by}까지 전화드리기로 했지만 드리지 못했습니다.",
        },
        "news": {
            "ahead": "{by}까지 다시 소식을 전해 드리겠습니다.",
            "late": "{by}까지 소식을 전하기로 했지만 아직 전하지 못했습니다.",
            "kept": "{by}까지 소식을 전하기로 했고, {at}에 전해 드렸습니다.",
            "kept_late": "{by}까지 소식을 전하기로 했지만, {at}에야 늦게 전해 드렸습니다.",
            "broken": "{by}까지 소식을 전하기로 했지만 전하지 못했습니다.",
        },
    },
    "repair": "바로잡기 위해 하는 일",
    "gesture_stands": {
        "promised": "약속드렸습니다",
        "promised_by": "{at}까지 해 드리기로 약속드렸습니다",
        "late": "{at}까지 해 드리기로 했지만 아직 드리지 못했습니다",
        "kept": "{at}에 해 드렸습니다",
    },
    "story": "지금까지 나눈 이야기",
    "write": "말씀 남기기",
    "write_hint": "담당자가 직접 읽습니다.",
    "files": "사진이나 PDF 첨부",
    "files_hint": "다섯 개까지, 하나에 10MB까지 보내실 수 있습니다.",
    "send": "보내기",
    "call": "전화로 답변받기",
    "call_phone": "전화번호",
    "call_at": "언제 전화를 드릴까요?",
    "call_any": "아무 때나",
    "call_zone": "시간 기준:",
    "call_send": "전화해 주세요",
    "said": {
        "message": "감사합니다. 잘 받았습니다. 담당자가 읽습니다.",
        "call": "감사합니다. 전화를 원하신다는 말씀을 적어 두었습니다.",
    },
    "faulty": "아직 보내지 못했습니다. 적으신 내용은 아래에 그대로 있습니다.",
    "faults": {
        "required": "내용을 적어 주세요.",
        "too_long": "10,000자 이내로 적어 주세요.",
        "enough": "말씀을 잘 받았습니다. 저희 답변을 기다려 주세요.",
        "too_many_files": "파일은 다섯 개까지 고르실 수 있습니다.",
        "file_too_large": "10MB보다 큰 파일이 있습니다. 그 파일을 빼고 다시 골라 주세요.",
        "empty_file": "빈 파일이 있습니다. 그 파일을 빼고 다시 골라 주세요.",
        "not_a_picture": "PNG, JPEG, GIF, WebP, PDF만 받을 수 있습니다. 다시 골라 주세요.",
        "no_number": "전화드릴 수 있는 번호를 적어 주세요.",
        "not_offered": "이 가운데 하나를 골라 주세요.",
    },
    "over": (
        "만료된 주소입니다.",
        "다른 사람이 보지 못하도록 이 주소는 한동안만 쓸 수 있습니다. 저희가 알고 있는 고객님의 "
        "이메일로 새 주소를 보내 드릴 수 있습니다.",
    ),
    "over_send": "새 주소 받기",
    "over_sent": (
        "메일을 확인해 주세요.",
        "저희가 고객님의 이메일 주소를 알고 있다면 그곳으로 새 주소를 보냅니다. 몇 시간에 한 번만 "
        "보내 드립니다.",
    ),
}

WORDS = {"en": ENGLISH, "ko": KOREAN}

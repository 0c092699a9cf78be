"""What the customer's page says, in the languages in which we write letters."""

from typing import TypedDict


class Refusing(TypedDict):
    title: str
    text: str
    button: str
    done: str
    done_text: str


class Words(TypedDict):
    title: str
    hello: str
    asking: str
    solved: str
    yes: str
    no: str
    score: str
    judged: list[tuple[str, str]]
    agree: tuple[str, str]
    lowest: str
    highest: str
    comment: str
    comment_hint: str
    send: str
    privacy: str
    story: str
    you: str
    we: str
    number: str
    faulty: str
    faults: dict[str, str]
    thanks: dict[str, tuple[str, str]]
    by_then: str
    gone: dict[str, tuple[str, str]]
    refusing: dict[str, Refusing]
    scored: str
    with_it: str
    other_language: tuple[str, str]
    time: str


ENGLISH: Words = {
    "title": "Is it put right?",
    "hello": "Is it put right?",
    "asking": "We think this is settled. Only you can say whether it is.",
    "solved": "Is your matter solved?",
    "yes": "Yes, it is solved",
    "no": "No, not yet",
    "score": "How did we do, all in all?",
    "judged": [
        ("fair", "What came of it was fair"),
        ("easy", "It was quick and easy for me"),
        ("respect", "I was treated with respect, and told honestly why"),
    ],
    "agree": ("not at all", "entirely"),
    "lowest": "very badly",
    "highest": "very well",
    "comment": "Anything you want to add?",
    "comment_hint": "If something is still wrong, say what. A person reads it.",
    "send": "Send the answer",
    "privacy": "Only the people who work on your matter read this.",
    "story": "What was said so far",
    "you": "You",
    "we": "We",
    "number": "Your number",
    "faulty": "Please look at what is marked. Your words are kept.",
    "faults": {
        "solved": "Choose yes or no, or give a score.",
        "score": "Choose a score from 1 to 5.",
        "comment": "Please say it in at most 10,000 characters.",
    },
    "thanks": {
        "happy": ("Thank you.", "We are glad that it is put right."),
        "neutral": ("Thank you.", "It is better, but not yet good: we take that with us."),
        "unhappy": ("Thank you for saying so.", "It is not put right. A person takes it up again."),
    },
    "by_then": "They will be in touch by {by}.",
    "gone": {
        "unknown": (
            "There is nothing here.",
            "The address is not complete. Open it from the letter once more, or answer the letter.",
        ),
        "overtaken": (
            "This question is no longer open.",
            "Your matter has moved on since we asked. If something is wrong, answer any letter of "
            "ours: a person reads it.",
        ),
        "too_large": ("That is too much at once.", "Go back and say it in fewer words."),
        "too_many": ("Please wait a moment.", "Too much came at once. Go back and send it again."),
    },
    "refusing": {
        "surveys": {
            "title": "No more questions?",
            "text": "After a matter is settled we ask whether it is put right, and may remind you "
            "once. Whatever else we owe you an answer to still reaches you.",
            "button": "Do not ask me any more",
            "done": "We do not ask you any more.",
            "done_text": "If you change your mind, tell us in answer to any letter of ours.",
        },
        "offers": {
            "title": "No more offers?",
            "text": "We add an offer to a letter only because you said that you want them. "
            "Whatever else we owe you an answer to still reaches you.",
            "button": "Send me no more offers",
            "done": "You get no more offers from us.",
            "done_text": "If you change your mind, tell us in answer to any letter of ours.",
        },
    },
    "scored": "Your score",
    "with_it": "With it:",
    "other_language": ("ko", "한국어"),
    "time": "j F Y, H:i",
}

KOREAN: Words = {
    "title": "문제가 해결되셨나요?",
    "hello": "문제가 해결되셨나요?",
    "asking": "해결된 것으로 보이지만, 정말 그런지는 고객님만 아십니다.",
    "solved": "말씀해 주신 일이 해결되었나요?",
    "yes": "네, 해결되었습니다",
    "no": "아니요, 아직입니다",
    "score": "전체적으로 저희 대응은 어떠셨나요?",
    "judged": [
        ("fair", "결과가 공정했습니다"),
        ("easy", "빠르고 쉽게 처리되었습니다"),
        ("respect", "존중받았고 이유를 솔직하게 들었습니다"),
    ],
    "agree": ("전혀 아니다", "매우 그렇다"),
    "lowest": "매우 나쁨",
    "highest": "매우 좋음",
    "comment": "더 하실 말씀이 있으신가요?",
    "comment_hint": "아직 불편하신 점이 있으면 적어 주세요. 담당자가 직접 읽습니다.",
    "send": "답변 보내기",
    "privacy": "이 일을 맡은 담당자만 읽습니다.",
    "story": "지금까지 나눈 이야기",
    "you": "고객님",
    "we": "저희",
    "number": "접수 번호",
    "faulty": "표시된 곳을 확인해 주세요. 적으신 내용은 그대로 있습니다.",
    "faults": {
        "solved": "예 또는 아니요를 고르시거나 점수를 매겨 주세요.",
        "score": "1점부터 5점 사이에서 골라 주세요.",
        "comment": "10,000자 이내로 적어 주세요.",
    },
    "thanks": {
        "happy": ("감사합니다.", "해결되어 다행입니다."),
        "neutral": ("감사합니다.", "나아졌지만 아직 충분하지 않다는 말씀, 새겨듣겠습니다."),
        "unhappy": (
            "말씀해 주셔서 감사합니다.",
            "아직 해결되지 않았군요. 담당자가 다시 살펴보겠습니다.",
        ),
    },
    "by_then": "{by}까지 연락드리겠습니다.",
    "gone": {
        "unknown": (
            "찾으시는 페이지가 없습니다.",
            "주소가 완전하지 않습니다. 메일의 주소를 다시 열거나 메일에 답장해 주세요.",
        ),
        "overtaken": (
            "이 질문은 이미 지난 것입니다.",
            "그사이 일이 더 진행되었습니다. 불편하신 점이 있으면 저희 메일에 답장해 주세요. "
            "담당자가 읽습니다.",
        ),
        "too_large": ("한 번에 보내기에는 너무 깁니다.", "뒤로 가서 조금 줄여 주세요."),
        "too_many": (
            "잠시만 기다려 주세요.",
            "한 번에 너무 많이 왔습니다. 뒤로 가서 다시 보내 주세요.",
        ),
    },
    "refusing": {
        "surveys": {
            "title": "더 이상 묻지 않을까요?",
            "text": "일이 해결된 뒤 정말 괜찮으신지 여쭙고, 답이 없으시면 한 번 더 여쭐 수 "
            "있습니다. 그 밖에 드려야 할 답변은 계속 보내 드립니다.",
            "button": "더 이상 묻지 말아 주세요",
            "done": "더 이상 묻지 않겠습니다.",
            "done_text": "마음이 바뀌시면 저희 메일에 답장으로 알려 주세요.",
        },
        "offers": {
            "title": "더 이상 혜택 안내를 받지 않으시겠습니까?",
            "text": "혜택 안내는 받겠다고 하신 분께만 드립니다. "
            "그 밖에 드려야 할 답변은 계속 보내 드립니다.",
            "button": "더 이상 보내지 말아 주세요",
            "done": "더 이상 혜택 안내를 보내지 않겠습니다.",
            "done_text": "마음이 바뀌시면 저희 메일에 답장으로 알려 주세요.",
        },
    },
    "scored": "고르신 점수",
    "with_it": "함께 보낸 파일:",
    "other_language": ("en", "English"),
    "time": "Y년 n월 j일 H:i",
}

WORDS = {"en": ENGLISH, "ko": KOREAN}

"""A week in a shop that sends household goods to two countries: who said what, and what was done.

Each line: hours before the end of the week, source, score, who, what they said, and the acts that
followed, each with the hours after the receipt.
"""

from dataclasses import dataclass
from typing import Any

Act = tuple[float, str, dict[str, Any]]


@dataclass(frozen=True)
class Said:
    ago: float
    source: str
    score: tuple[str, int] | None
    who: str
    words: str
    acts: tuple[Act, ...] = ()
    context: dict[str, str] | None = None


@dataclass(frozen=True)
class Known:
    name: str
    email: str
    locale: str
    segment: str = ""
    value: str = ""


CUSTOMERS = {
    "nora": Known("Nora Field", "nora.field@example.com", "en", "gold", "2480.00"),
    "tom": Known("Tom Reed", "tom.reed@example.com", "en"),
    "anna": Known("Anna Vogt", "anna.vogt@example.com", "de", "", "310.50"),
    "carla": Known("Carla Diaz", "carla.diaz@example.com", "en", "silver", "860.00"),
    "piet": Known("Piet Jansen", "piet.jansen@example.com", "en"),
    "ida": Known("Ida Moss", "ida.moss@example.com", "en", "gold", "5120.00"),
    "owen": Known("Owen Clarke", "owen.clarke@example.com", "en", "", "95.00"),
    "lucia": Known("Lucía Romero", "lucia.romero@example.com", "en", "silver", "1240.00"),
    "henrik": Known("Henrik Dahl", "henrik.dahl@example.com", "en"),
    "mei": Known("Mei Tanaka", "mei.tanaka@example.com", "en", "", "430.00"),
    "sam": Known("Sam Okafor", "sam.okafor@example.com", "en", "gold", "3300.00"),
    "julia": Known("Julia Berg", "julia.berg@example.com", "en"),
    "ravi": Known("Ravi Menon", "ravi.menon@example.com", "en", "", "720.00"),
    "ella": Known("Ella Novak", "ella.novak@example.com", "en"),
    "bo": Known("Bo Lund", "bo.lund@example.com", "en", "silver", "990.00"),
    "seoyeon": Known("김서연", "seoyeon.kim@example.com", "ko", "gold", "3150.00"),
    "junho": Known("박준호", "junho.park@example.com", "ko", "", "540.00"),
    "haneul": Known("이하늘", "haneul.lee@example.com", "ko"),
    "minji": Known("김민지", "minji.kim@example.com", "ko", "silver", "1280.00"),
    "doyun": Known("최도윤", "doyun.choi@example.com", "ko"),
    "jiwoo": Known("정지우", "jiwoo.jung@example.com", "ko", "", "210.00"),
    "hyunwoo": Known("강현우", "hyunwoo.kang@example.com", "ko", "gold", "4400.00"),
    "sujin": Known("윤수진", "sujin.yoon@example.com", "ko"),
    "taeyang": Known("한태양", "taeyang.han@example.com", "ko", "", "660.00"),
    "eunji": Known("오은지", "eunji.oh@example.com", "ko", "silver", "870.00"),
}


def take(after: float, by: str = "agent") -> Act:
    return after, "take", {"by": by}


def reply(after: float, words: str, by: str = "agent") -> Act:
    return after, "reply", {"words": words, "by": by}


def call(after: float, words: str, by: str = "agent", *, reached: bool = True) -> Act:
    return after, "call", {"words": words, "by": by, "reached": reached}


def note(after: float, words: str, by: str = "agent") -> Act:
    return after, "note", {"words": words, "by": by}


def resolve(after: float, cause: str, words: str = "", by: str = "agent") -> Act:
    return after, "resolve", {"cause": cause, "words": words, "by": by}


def answer(after: float, score: int, words: str = "", *, solved: bool = True) -> Act:
    return after, "answer", {"score": score, "words": words, "solved": solved}


def gesture(after: float, kind: str, words: str, amount: int = 0, by: str = "agent") -> Act:
    return after, "gesture", {"kind": kind, "words": words, "amount": amount, "by": by}


def wait(after: float, days: int, by: str = "agent") -> Act:
    return after, "wait", {"days": days, "by": by}


def tag(after: float, *tags: str, by: str = "agent") -> Act:
    return after, "tag", {"tags": tags, "by": by}


NPS, CSAT, CES, STARS = "nps", "csat", "ces", "stars"

WEEK = (
    # Monday and Tuesday: most of it is answered, some of it late.
    Said(
        160,
        "shop",
        (NPS, 1),
        "nora",
        "My refund was promised for Monday. It is Tuesday night and there is nothing.",
        (
            take(2),
            note(3, "The bank file of Friday was never sent. Asked finance."),
            reply(5, "You are right, and I am sorry. The file was never sent; it leaves today."),
            gesture(6, "voucher", "For the days you waited", 20),
            resolve(40, "billing", "The refund is in your account."),
            answer(52, 5, "Thank you for telling me what really happened."),
        ),
        {"order_id": "A-20981", "url": "https://shop.example/account/refunds"},
    ),
    Said(
        156,
        "shop",
        (CSAT, 1),
        "seoyeon",
        "배송이 사흘이나 늦었는데 아무 연락이 없었어요. 선물이라 날짜가 중요했습니다.",
        (
            take(4, "lead"),
            call(7, "사과드리고 내일 오전 도착을 약속했습니다.", "lead"),
            gesture(8, "voucher", "늦은 배송에 대한 사과", 15, "lead"),
            resolve(30, "delivery", by="lead"),
            answer(34, 4, "연락 주셔서 감사해요."),
        ),
        {"order_id": "A-20990"},
    ),
    Said(
        150,
        "app",
        (STARS, 1),
        "tom",
        "The blender arrived broken, twice. Who packs these?",
        (
            take(9),
            reply(11, "A third one leaves today, packed by hand and checked."),
            resolve(70, "product"),
            answer(75, 1, "The third one has a crack too.", solved=False),
            call(80, "Refund agreed; the whole batch goes back to the maker."),
            gesture(80.2, "refund", "Three broken blenders", 45),
            resolve(100, "product"),
            answer(110, 4, "Finally. The call made the difference."),
        ),
        {"order_id": "A-20877", "sku": "BL-300"},
    ),
    Said(
        148,
        "shop",
        (NPS, 6),
        "anna",
        "Zahlung abgelehnt, Geld trotzdem abgebucht.",
        (
            take(1),
            reply(3, "The bank reserved the amount; it is released on Thursday."),
            resolve(80, "billing"),
            answer(90, 3),
        ),
    ),
    Said(146, "shop", (NPS, 9), "ida", "Lee on the phone was wonderful. Thank you!"),
    Said(
        140,
        "mail",
        None,
        "owen",
        "The kettle leaks at the handle. I have written twice and nobody answered.",
        (take(50), reply(52, "I am sorry that we let you wait. A new kettle is on its way.")),
    ),
    Said(
        138,
        "shop",
        (CSAT, 2),
        "junho",
        "환불해 준다더니 일주일째 계좌에 들어온 돈이 없습니다.",
        (
            take(20),
            call(21, "번호가 바뀌었다고 합니다.", reached=False),
            reply(22, "확인해 보니 계좌번호 한 자리가 달랐습니다. 다시 알려 주시겠어요?"),
            wait(22.1, 5),
        ),
        {"order_id": "A-20803"},
    ),
    Said(
        132,
        "app",
        (CES, 2),
        "henrik",
        "I had to type my address four times to order one cup.",
        (
            take(6, "lead"),
            reply(8, "That is a fault of version 4.2. It is fixed in 4.3, out today.", "lead"),
            resolve(60, "product", by="lead"),
        ),
        {"app_version": "4.2.0"},
    ),
    Said(
        128,
        "shop",
        (NPS, 3),
        "lucia",
        "You charged me for express and sent it by ordinary post.",
        (
            take(3),
            reply(6, "The difference is on its way back to you."),
            gesture(7, "fee_waiver", "Express that was none", 12),
            resolve(30, "delivery"),
            answer(31, 5, "Quick and honest."),
        ),
    ),
    Said(
        122,
        "shop",
        (CSAT, 1),
        "haneul",
        "주문한 것과 다른 색이 왔어요. 교환 신청 버튼이 눌리지 않습니다.",
        (
            take(5, "lead"),
            reply(6, "새 제품을 먼저 보내 드리겠습니다. 받으신 것은 천천히 보내 주세요.", "lead"),
            resolve(50, "product", by="lead"),
            answer(60, 5, "정말 친절했어요!"),
        ),
    ),
    Said(120, "shop", (NPS, 10), "haneul", "포장이 정말 예뻤어요!"),
    # Wednesday: the carrier strikes.
    Said(
        100,
        "shop",
        (CSAT, 2),
        "carla",
        "Where is my parcel? Tracking has said “in transit” since Saturday.",
        (
            take(4),
            tag(4.1, "strike"),
            reply(6, "The carrier is on strike in your town. I booked another one for tomorrow."),
            resolve(48, "delivery"),
        ),
        {"order_id": "A-21102"},
    ),
    Said(
        98,
        "app",
        (NPS, 2),
        "minji",
        "아이 생일 선물인데 택배가 멈췄어요. 토요일 전에 받을 수 있나요?",
        (
            take(2, "lead"),
            tag(2.1, "strike", by="lead"),
            call(3, "금요일 도착하는 다른 택배사로 다시 보냈습니다.", "lead"),
            gesture(3.2, "priority_handling", "금요일 도착 보장", by="lead"),
            resolve(60, "delivery", by="lead"),
            answer(70, 5, "금요일에 잘 받았습니다. 최고예요."),
        ),
    ),
    Said(
        97,
        "shop",
        (NPS, 0),
        "sam",
        "Third order this year, third time late. I am a gold customer. Why?",
        (
            take(30),
            tag(30.1, "strike"),
            reply(47, "You have every reason to be angry. I have looked at all three orders."),
            note(47.5, "All three went through the same depot. Told the manager."),
        ),
        {"order_id": "A-21117"},
    ),
    Said(96, "mail", None, "julia", "Please send the invoice again, with our VAT number on it."),
    Said(
        92,
        "shop",
        (CSAT, 2),
        "doyun",
        "파업 때문이라는 안내라도 있었으면 좋았을 텐데요.",
        (take(60), tag(60.1, "strike"), reply(61, "늦게 답변드려 죄송합니다. 오늘 출고했습니다.")),
    ),
    Said(
        90,
        "app",
        (STARS, 2),
        "mei",
        "The app signs me out at every payment.",
        (take(5), reply(9, "Thank you: which phone do you use?"), wait(9.1, 7)),
        {"app_version": "4.2.0"},
    ),
    Said(86, "shop", (NPS, 8), "bo", "Fine, but the size chart is hard to find."),
    Said(
        82,
        "shop",
        (CES, 1),
        "jiwoo",
        "반품 신청이 너무 어려워요. 버튼을 찾는 데 30분 걸렸습니다.",
        (
            take(10, "lead"),
            reply(12, "반품을 대신 접수해 드렸고, 버튼 위치는 이번 주에 바꿉니다.", "lead"),
            resolve(30, "product", by="lead"),
        ),
    ),
    Said(
        78,
        "shop",
        (NPS, 4),
        "ravi",
        "The pan lost its coating after two weeks. The page says ten years.",
        (take(20), call(24, "A new pan leaves today; he sends photographs.")),
        {"sku": "PN-28"},
    ),
    # Thursday and Friday: still in somebody's hands.
    Said(
        66,
        "shop",
        (NPS, 1),
        "hyunwoo",
        "네 번째 문의입니다. 왜 매번 처음부터 설명해야 하나요?",
        (
            take(10),
            note(12, "지난 세 번의 문의를 모두 읽었습니다. 과장님께 공유합니다."),
        ),
    ),
    Said(64, "app", (STARS, 1), "ella", "Checkout froze, and now I have two orders and two bills."),
    Said(
        60,
        "shop",
        (CSAT, 2),
        "sujin",
        "사은품이 빠져서 왔습니다.",
        (take(40, "lead"), reply(44, "오늘 사은품을 따로 보내 드렸습니다.", "lead")),
    ),
    Said(
        56, "mail", None, "piet", "Your app signs me out at every payment. This is the third mail."
    ),
    Said(
        52,
        "shop",
        (NPS, 3),
        "taeyang",
        "결제는 두 번 됐는데 주문은 하나예요. 환불 언제 되나요?",
        (take(30), reply(33, "한 건은 오늘 취소되었고, 카드사에서 사흘 안에 돌려드립니다.")),
        {"order_id": "A-21230"},
    ),
    Said(
        47.2,
        "shop",
        (NPS, 2),
        "nora",
        "The voucher you gave me is refused at the checkout.",
        (take(20),),
        {"order_id": "A-21244"},
    ),
    Said(
        46,
        "app",
        (CSAT, 1),
        "eunji",
        "앱에서 영수증이 열리지 않아요. 회사에 제출해야 합니다.",
        (take(30, "lead"),),
        {"app_version": "4.3.0"},
    ),
    Said(45, "shop", (NPS, 5), "owen", "The new kettle is fine. But why did I have to beg for it?"),
    Said(
        41,
        "shop",
        (CES, 2),
        "lucia",
        "To change the delivery address I had to call, and the line was dead.",
        (take(22), note(23, "Line was down from 10 to 12 on Friday.")),
    ),
    Said(38, "shop", (CSAT, 2), "junho", "계좌번호 다시 보냈습니다. 확인 부탁드려요."),
    Said(
        36,
        "mail",
        None,
        "henrik",
        "One of six glasses is chipped. A photograph is attached.",
        (
            take(8),
            reply(9, "A new glass leaves today. Keep the chipped one."),
            resolve(10, "product"),
        ),
    ),
    Said(33, "app", (STARS, 2), "sam", "And now the replacement is late as well."),
    Said(
        30,
        "shop",
        (NPS, 4),
        "carla",
        "Wrong colour. I need it by Friday.",
        (take(3), reply(4, "The right one leaves tonight, by express."), resolve(5, "product")),
        {"order_id": "A-21301"},
    ),
    # The last day.
    Said(
        24, "shop", (CSAT, 1), "seoyeon", "쿠폰이 적용되지 않은 채 결제됐어요.", (take(2, "lead"),)
    ),
    Said(22, "shop", (NPS, 2), "tom", "Is there anybody who reads these?"),
    Said(20, "app", (CES, 1), "doyun", "주소를 바꾸려면 주문을 취소해야 한다네요."),
    Said(18, "shop", (NPS, 3), "ella", "I cancelled the second order. It was sent all the same."),
    Said(16, "shop", (CSAT, 2), "minji", "교환품 상자가 찌그러져 왔어요. 내용물은 괜찮습니다."),
    Said(
        14, "mail", None, "anna", "The invoice shows the wrong company. Our books close tomorrow."
    ),
    Said(12, "shop", (NPS, 6), "mei", "The gift wrap was forgotten."),
    Said(10, "app", (STARS, 1), "hyunwoo", "로그인이 안 됩니다. 비밀번호 재설정 메일도 안 와요."),
    Said(8, "shop", (NPS, 1), "ravi", "The new pan arrived without its lid."),
    Said(6, "shop", (CSAT, 2), "jiwoo", "배송지를 잘못 입력했는데 바꿀 수 있나요? 급해요."),
    Said(5, "shop", (NPS, 9), "sujin", "사은품 잘 받았어요. 고맙습니다."),
    Said(3, "app", (CES, 2), "bo", "Search finds nothing when I write “tea pot”."),
    Said(2, "shop", (NPS, 0), "eunji", "두 번 전화했는데 두 번 다 끊겼습니다."),
    Said(1, "shop", (CSAT, 1), "julia", "The lamp flickers, and smells burnt. Is it safe?"),
    Said(0.3, "shop", (NPS, 2), "taeyang", "취소했다던 결제가 또 청구됐어요."),
)

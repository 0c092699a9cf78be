"""What the customers of the benchmarks say. Pure: the load generator starts without Django."""

import csv
import io
import json
from typing import Any

_WORDS = (
    "The parcel came a week late and nobody could tell me where it was. Order {n}.",
    "배송이 사흘이나 늦었는데 아무 연락이 없어서 정말 답답했어요. 주문 {n}",
    "I was charged twice for order {n} and would like my money back, please.",
    "포장이 뜯긴 채로 왔고 상담원과 통화가 되지 않습니다. 주문 {n}",
)


def submission(n: int) -> dict[str, Any]:
    """The body of one post: a score, a comment, who speaks and about what."""
    return {
        "score": {"type": "nps", "value": n % 7},
        "comment": comment(n),
        "customer": {"id": f"P-{n}", "email": f"p{n}@example.com", "name": f"Customer {n}"},
        "context": {"url": f"https://shop.example/orders/{n}", "order_id": f"A-{n}"},
    }


def without_customer(n: int) -> dict[str, Any]:
    return {name: value for name, value in submission(n).items() if name != "customer"}


def comment(n: int) -> str:
    return _WORDS[n % len(_WORDS)].format(n=n)


def as_json(said: object) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()


def as_csv(first: int, count: int) -> str:
    """The same as a table, as another system might have written it."""
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(["Date received", "Rating", "Narrative", "Customer", "E-mail", "Order"])
    for n in range(first, first + count):
        day = f"2025-{n % 12 + 1:02}-{n % 28 + 1:02}"
        rows.writerow([day, n % 5 + 1, comment(n), f"I-{n}", f"i{n}@example.com", f"A-{n}"])
    return file.getvalue()


CSV_MAP = (
    "received_at=Date received",
    "score=Rating:stars",
    "comment=Narrative",
    "customer.id=Customer",
    "customer.email=E-mail",
    "context.order=Order",
)

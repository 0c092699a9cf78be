"""What we give, as the customer reads it."""

from collections.abc import Mapping
from decimal import Decimal

from tickets.recovery.models import Gesture
from tickets.work.letter_words import ENGLISH, KOREAN

_KINDS: Mapping[str, Mapping[str, str]] = {
    ENGLISH: {
        "refund": "Refund",
        "discount": "Discount",
        "voucher": "Voucher",
        "credit": "Credit",
        "fee_waiver": "A fee waived",
        "replacement": "Replacement",
        "correction": "Correction",
        "priority_handling": "Priority handling",
        "exception": "An exception for you",
        "acknowledgement": "We admit the fault",
        "apology": "Apology",
        "explanation": "Explanation",
        "call": "A personal call",
        "manager_call": "A call by a manager",
    },
    KOREAN: {
        "refund": "환불",
        "discount": "할인",
        "voucher": "상품권",
        "credit": "적립금",
        "fee_waiver": "수수료 면제",
        "replacement": "교환",
        "correction": "정정",
        "priority_handling": "우선 처리",
        "exception": "예외 적용",
        "acknowledgement": "저희 잘못의 인정",
        "apology": "사과",
        "explanation": "설명",
        "call": "직접 전화",
        "manager_call": "책임자의 전화",
    },
}


def what_is_given(gesture: Gesture, language: str) -> str:
    """Its kind, and its amount where it has one."""
    kind = _KINDS[language].get(gesture.kind, gesture.kind)
    if gesture.amount is None:
        return kind
    return f"{kind} {_amount(gesture.amount)} {gesture.currency}"


def _amount(amount: Decimal) -> str:
    """Won have no hundredths, and nobody says that a voucher is over 30.00."""
    return f"{amount:.0f}" if amount == amount.to_integral_value() else f"{amount:.2f}"

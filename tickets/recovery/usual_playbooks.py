"""What a new installation begins with: what is done after a second failure, and, not offered until
somebody switches it on, what research has found of others. Pure."""

from typing import Any

SECOND_FAILURE: dict[str, Any] = {
    "slug": "second-failure",
    "name": "Failed again",
    "again": True,
    "note": "Whoever is failed twice judges us by the second time. A person who leads calls first.",
    "source": "Maxham and Netemeyer 2002: worse when the two are alike and close in time",
    "steps": [
        {
            "kind": "manager_call",
            "note": "Within the working day, by whoever leads the group.",
            "text_en": "I lead the team that let you down twice, and I would like to call you.",
            "text_ko": "두 번이나 불편을 드린 팀의 책임자입니다. 직접 전화를 드리고 싶습니다.",
        },
        {
            "kind": "apology",
            "text_en": "We failed you twice. That is our fault, and I am sorry.",
            "text_ko": "두 번이나 실망을 드렸습니다. 저희 잘못이며, 진심으로 사과드립니다.",
        },
        {
            "kind": "correction",
            "note": "What keeps it from happening a third time.",
            "text_en": "This is what we have changed so that it does not happen again:",
            "text_ko": "다시 일어나지 않도록 이렇게 바꾸었습니다:",
        },
    ],
}
WORDS_BEFORE_MONEY: dict[str, Any] = {
    "slug": "words-before-money",
    "name": "Words before money",
    "is_on": False,
    "monetary": False,
    "note": "Where no money was lost, how somebody is treated counts more than what they are paid.",
    "source": "Gelbrich and Roschk 2011, a meta-analysis",
    "steps": [{"kind": "acknowledgement"}, {"kind": "explanation"}, {"kind": "apology"}],
}
REJECTED_SERVICE: dict[str, Any] = {
    "slug": "rejected-service",
    "name": "A service that was rejected",
    "is_on": False,
    "types": ["service"],
    "monetary": True,
    "note": (
        "Compensation tells most between 60 and 120 % of the price; above 150 % it is wasted. "
        "Write the value of the order down, then each gesture says its share."
    ),
    "source": "Gelbrich, Gäthke and Grégoire 2014; Haesevoets et al. 2017",
    "steps": [{"kind": "refund"}, {"kind": "apology"}],
}
USUAL_PLAYBOOKS = (SECOND_FAILURE, WORDS_BEFORE_MONEY, REJECTED_SERVICE)

import pytest

from tests.rules.saying import facts, scored
from tickets.rules.decision import decide
from tickets.rules.defaults import default_rules
from tickets.rules.drafts import read_draft

UNHAPPY, TO_BE_READ, PRAISE = "Unhappy, or asks to be called", "Neutral, with words", "Praise"
CALL_ME = {"answers": {"contact_me": True}}
LATE = {"further": (scored("csat", 2, key="delivery"),)}

# what was said, the rule that takes it
TABLE = [
    ({"score": scored("nps", 6)}, UNHAPPY),
    ({"score": scored("nps", 9)} | LATE, UNHAPPY),
    ({"comment": "It broke."}, UNHAPPY),
    ({"score": scored("nps", 10)} | CALL_ME, UNHAPPY),
    ({"score": scored("nps", 8), "comment": "Fine."}, TO_BE_READ),
    ({"score": scored("nps", 8)}, None),
    ({"score": scored("nps", 9), "comment": "Lovely!"}, PRAISE),
    ({"comment": "   "}, None),
]


@pytest.mark.parametrize("said, name", TABLE)
def test_they_answer_the_unhappy_and_keep_praise(said, name):
    written = default_rules(group="care", policy="standard")
    drafts = [
        read_draft(raw | {"order": place}, groups={"care"}, policies={"standard"})
        for place, raw in enumerate(written)
    ]
    decision = decide([draft.ready() for draft in drafts], facts(**said))
    assert (decision.rule.name if decision.rule else None) == name
    assert decision.rule is None or decision.rule.then.ticket is (name == UNHAPPY)

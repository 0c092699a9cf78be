"""What PostgreSQL itself refuses, whoever asks: raw SQL as a burglar would write it."""

import pytest
from django.db import Error, connection, transaction

from cxloop.kernel.append_only import allow_erasing
from feedback.intake.models import Feedback, Source
from tests.makers import make_customer, make_feedback

ATTEMPTS = {
    "feedback is edited": "UPDATE intake_feedback SET comment = 'praise'",
    "a score is bettered": "UPDATE intake_feedback SET score_value = 10",
    "a receipt is moved": "UPDATE intake_feedback SET received_at = now()",
    "feedback is deleted": "DELETE FROM intake_feedback",
    "a score without value": """
        INSERT INTO intake_feedback (id, source_id, channel, received_at, score_type, score_value,
            score_class, worst_class, score_table, scores, comment, answers, context, tags, form,
            contactable)
        SELECT gen_random_uuid(), source_id, channel, received_at, 'nps', NULL, 'negative',
            'negative', 1, '[]', '', '{}', '{}', '{}', '', 'none' FROM intake_feedback""",
    "a class that is none": """
        INSERT INTO intake_feedback (id, source_id, channel, received_at, score_type, score_value,
            score_class, worst_class, score_table, scores, comment, answers, context, tags, form,
            contactable)
        SELECT gen_random_uuid(), source_id, channel, received_at, 'nps', 3, 'furious', 'negative',
            1, '[]', '', '{}', '{}', '{}', '', 'none' FROM intake_feedback""",
    "a second customer of one identity": """
        INSERT INTO intake_customer (id, trusted, identity, external_id, email, name, phone, locale,
            segment, company, do_not_contact, do_not_contact_said, created_at)
        SELECT gen_random_uuid(), trusted, identity, '', '', '', '', '', '', '', false, '', now()
        FROM intake_customer""",
    "an erased customer who has a name": "UPDATE intake_customer SET erased_at = now()",
    "a silence since no time": "UPDATE intake_customer SET do_not_contact = true",
    "a channel that is none": "UPDATE intake_source SET channel = 'pigeon'",
    "a source owned twice": """
        INSERT INTO intake_sourceowner (source_id, group_id)
        SELECT source_id, group_id FROM intake_sourceowner""",
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_it_is_impossible(shop: Source, attempt: str, request: pytest.FixtureRequest) -> None:
    cast = request.getfixturevalue("cast")
    shop.owners.add(cast.group)
    make_feedback(shop, nps=3, customer=make_customer())
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ATTEMPTS[attempt])


def test_erasing_blanks_words_and_nothing_else(shop: Source) -> None:
    make_feedback(shop, nps=3, comment="my name is Kim")
    with transaction.atomic(), connection.cursor() as cursor:
        allow_erasing()
        cursor.execute("UPDATE intake_feedback SET comment = ''")
    assert Feedback.objects.get().comment == ""
    better = "SET LOCAL cxloop.erasing = 'on'; UPDATE intake_feedback SET score_value = 10"
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(better)

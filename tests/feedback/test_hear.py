from datetime import datetime
from typing import Any

from feedback.intake.models import Arrival, Customer, Feedback
from tests.feedback.conftest import Post


def test_it_answers_with_a_receipt(post: Post) -> None:
    answer = post({"score": {"type": "nps", "value": 3}, "comment": "Parcel never arrived"})
    assert answer.status_code == 201, answer.content
    feedback = Feedback.objects.get()
    body = answer.json()
    assert body["id"] == str(feedback.pk)
    assert datetime.fromisoformat(body["received_at"]) == feedback.received_at
    assert body["received_at"].endswith("Z")
    assert "/r/" in body["status_url"]


def test_it_stands_beside_its_arrival(post: Post) -> None:
    post({"comment": "x"})
    arrival = Arrival.objects.get()
    assert arrival.received_at == Feedback.objects.get().received_at

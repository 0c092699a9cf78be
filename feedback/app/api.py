"""POST /api/v1/feedback/batch: what was collected offline, in order, each item once."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cxloop.kernel.bodies import draining, read_body, read_json
from cxloop.kernel.errors import CxloopError, Forbidden
from cxloop.kernel.moment import moment
from feedback.app.batch import Item, read_items
from feedback.intake.actions.hear import entry_for, hear_many
from feedback.intake.callers import Caller, caller_of
from feedback.intake.caps import keep_to_cap
from feedback.intake.idempotency import Claim, Earlier, claim
from feedback.intake.limits import count_request, limits_of_key
from feedback.intake.models import new_id
from feedback.intake.receipts import answer_for
from feedback.intake.trust import Trust
from feedback.intake.writing import Entry

ENDPOINT = "batch"
LARGEST = 16 * 1024 * 1024

Result = dict[str, Any]


@csrf_exempt
@login_not_required
@require_POST
def take_batch(request: HttpRequest) -> HttpResponse:
    with draining(request):
        caller = caller_of(request, fresh=True)
        if not caller.key.is_secret:
            raise Forbidden("A batch needs a secret key.", code="wrong_key")
        count_request(request, limits_of_key(caller.key, request), now=caller.now)
        body = read_json(read_body(request, largest=LARGEST), largest=LARGEST)
        return JsonResponse({"results": _hear(caller, read_items(body, caller))})


def _hear(caller: Caller, items: Sequence[Item]) -> list[Result]:
    wanted = _first_of_each_key(items)
    with transaction.atomic():
        earlier = claim(caller.key, ENDPOINT, list(wanted.values()))
        new = _entries(caller, items, wanted, earlier)
        keep_to_cap(caller.source, now=caller.now, further=len(new))
        hear_many(list(new.values()), trust=Trust.SERVER, now=caller.now)
    known = earlier | {
        item.key: Earlier(new[item.place].id, new[item.place].received_at, item.body)
        for item in items
        if item.key and item.place in new
    }
    return [_result(item, new.get(item.place), known) for item in items]


def _first_of_each_key(items: Sequence[Item]) -> dict[str, Claim]:
    wanted: dict[str, Claim] = {}
    for item in items:
        if item.said and item.key:
            wanted.setdefault(item.key, Claim(item.key, item.body, new_id()))
    return wanted


def _entries(
    caller: Caller,
    items: Sequence[Item],
    wanted: dict[str, Claim],
    earlier: dict[str, Earlier],
) -> dict[int, Entry]:
    """By place: what is to be written. The moment is asked after the keys were waited for."""
    now, written = moment(), set(earlier)
    new: dict[int, Entry] = {}
    for item in items:
        if item.said is None or item.key in written:
            continue
        id = wanted[item.key].feedback_id if item.key else None
        new[item.place] = entry_for(item.said, source=caller.source, now=now, id=id)
        if item.key:
            written.add(item.key)
    return new


def _result(item: Item, entry: Entry | None, known: dict[str, Earlier]) -> Result:
    if entry:
        return {"status": 201, **answer_for(entry.id, entry.received_at)}
    if item.said and item.key:
        try:
            known[item.key].check(item.body)
            first = known[item.key]
            return {"status": 200, "replayed": True, **answer_for(first.id, first.received_at)}
        except CxloopError as mismatch:
            item.refusal = mismatch
    return item.refused()

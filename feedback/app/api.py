"""POST /api/v1/feedback/batch: what was collected offline, in order, each item once."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cxloop.kernel.bodies import draining, read_json
from cxloop.kernel.errors import CxloopError, Forbidden
from cxloop.kernel.moment import moment
from feedback.app.batch import MOST_ITEMS, Batch, Item, read_batch
from feedback.app.clocks import UNKNOWN, DeviceClock
from feedback.intake.actions.enclose import enclose
from feedback.intake.actions.hear import entry_for, hear_many
from feedback.intake.actions.trials import Tried, earlier_trials, keep_trials
from feedback.intake.callers import Caller, caller_of
from feedback.intake.caps import keep_to_cap
from feedback.intake.enclosures import LARGEST_FORM, read_posted
from feedback.intake.idempotency import Claim, Earlier, claim
from feedback.intake.limits import count_request, limits_of_key
from feedback.intake.models import Channel, new_id
from feedback.intake.origins import check_origin
from feedback.intake.quota import count_files
from feedback.intake.receipts import answer_for
from feedback.intake.repeats import suspicions_of
from feedback.intake.trust import Trust
from feedback.intake.writing import Entry

ENDPOINT = "batch"
LARGEST = 16 * 1024 * 1024
LARGEST_FORM_OF_A_SERVER = 50 * 1024 * 1024
# A phone keeps no secret, so what it sends is claimed, and each item counts as a post.
MOST_ITEMS_OF_A_DEVICE = 50
LARGEST_OF_A_DEVICE = 4 * 1024 * 1024

Result = dict[str, Any]


@csrf_exempt
@login_not_required
@require_POST
def take_batch(request: HttpRequest) -> HttpResponse:
    with draining(request):
        caller = caller_of(request, fresh=True, tries=True)
        _check_key(request, caller)
        count_request(request, limits_of_key(caller.key, request), now=caller.now)
        batch = _read(request, caller)
        _count_items(request, caller, batch.items)
        return JsonResponse({"results": _hear(caller, batch.items), **_told(batch.clock)})


def _check_key(request: HttpRequest, caller: Caller) -> None:
    if not caller.key.is_secret and caller.source.channel != Channel.APP:
        detail = "A batch needs a secret key, or a publishable one of an app."
        raise Forbidden(detail, code="wrong_key")
    check_origin(request, caller)


def _read(request: HttpRequest, caller: Caller) -> Batch:
    is_server = caller.key.is_secret
    largest = LARGEST if is_server else LARGEST_OF_A_DEVICE
    largest_form = LARGEST_FORM_OF_A_SERVER if is_server else LARGEST_FORM
    posted = read_posted(request, "batch", largest=largest, largest_form=largest_form)
    body = read_json(posted.json, largest=largest)
    return read_batch(body, posted.files, caller, most=_most_items(caller))


def _most_items(caller: Caller) -> int:
    """No more than may be posted in a minute: else a batch would be too many at any time."""
    if caller.key.is_secret:
        return MOST_ITEMS
    return min(MOST_ITEMS_OF_A_DEVICE, settings.LIMIT_PK_ADDRESS, settings.LIMIT_PK)


def _count_items(request: HttpRequest, caller: Caller, items: Sequence[Item]) -> None:
    """Of a device: the first of them was counted as the request."""
    if caller.key.is_secret:
        return
    if further := len(items) - 1:
        limits = limits_of_key(caller.key, request)
        count_request(request, limits, now=caller.now, number=further)
    count_files(request, caller, [file for item in items for file in item.files])


def _told(clock: DeviceClock) -> dict[str, Any]:
    """What became of the times, where the device told its own."""
    if clock.verdict == UNKNOWN:
        return {}
    behind_s = round(clock.behind.total_seconds())
    return {"clock": {"behind_s": behind_s, "verdict": clock.verdict}}


def _hear(caller: Caller, items: Sequence[Item]) -> list[Result]:
    wanted = _first_of_each_key(items)
    with transaction.atomic():
        earlier = _earlier(caller, wanted)
        new = _entries(caller, items, wanted, earlier)
        keep_to_cap(caller.source, now=caller.now, further=len(new), tried=caller.key.is_test)
        (_try if caller.key.is_test else _write)(caller, items, new)
    known = earlier | {
        item.key: Earlier(new[item.place].id, new[item.place].received_at, item.body)
        for item in items
        if item.key and item.place in new
    }
    return [_result(item, new.get(item.place), known) for item in items]


def _earlier(caller: Caller, wanted: dict[str, Claim]) -> dict[str, Earlier]:
    if caller.key.is_test:
        return earlier_trials(caller.key, ENDPOINT, wanted)
    return claim(caller.key, ENDPOINT, list(wanted.values()))


def _try(caller: Caller, items: Sequence[Item], new: dict[int, Entry]) -> None:
    tried = [
        Tried(new[item.place], item.trust, key=item.key or "", body=item.body, files=item.files)
        for item in items
        if item.place in new
    ]
    keep_trials(tried, source_key=caller.key, endpoint=ENDPOINT, now=caller.now)


def _write(caller: Caller, items: Sequence[Item], new: dict[int, Entry]) -> None:
    """Claims before trusted customers, as everybody holds them; then the files."""
    for trust in (Trust.CLAIMED, Trust.SIGNED, Trust.SERVER):
        theirs = [new[item.place] for item in items if item.place in new and item.trust is trust]
        if theirs:
            hear_many(theirs, trust=trust, now=caller.now)
    files = {new[item.place].id: item.files for item in items if item.place in new and item.files}
    if files:
        enclose(files, now=caller.now)


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
        held = suspicions_of(item.said, caller, now=now)
        new[item.place] = entry_for(item.said, source=caller.source, now=now, id=id, held=held)
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

"""POST /api/v1/reviews/import: an export of an app store's reviews, as it was downloaded."""

from io import StringIO
from itertools import islice
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cxloop.kernel.bodies import draining, read_body
from cxloop.kernel.errors import Forbidden
from cxloop.kernel.moment import moment
from feedback.intake.callers import Caller, caller_of
from feedback.intake.limits import count_request, limits_of_key
from feedback.intake.models import Channel
from feedback.stores.actions import Taken, take_reviews
from feedback.stores.exports import encoding_of_export, read_export

LARGEST = 16 * 1024 * 1024
BATCH = 2000


@csrf_exempt
@login_not_required
@require_POST
def import_reviews(request: HttpRequest) -> HttpResponse:
    with draining(request):
        caller = caller_of(request, fresh=True)
        if not caller.key.is_secret or caller.source.channel != Channel.STORE:
            detail = "Reviews are imported with a secret key of a source of the channel store."
            raise Forbidden(detail, code="wrong_key")
        count_request(request, limits_of_key(caller.key, request), now=caller.now)
        raw = read_body(request, largest=LARGEST)
        return JsonResponse(_shown(_take(caller, raw.decode(encoding_of_export(raw), "replace"))))


def _take(caller: Caller, text: str) -> Taken:
    reads = read_export(StringIO(text, newline=""), ZoneInfo(caller.source.time_zone))
    by, taken = f"key {caller.key.hint}… {caller.key.label}".strip()[:120], Taken()
    while batch := list(islice(reads, BATCH)):
        taken.add(take_reviews(batch, caller.source, by=by, now=moment(), live=False))
    return taken


def _shown(taken: Taken) -> dict[str, object]:
    count = {name.replace(" ", "_"): number for name, number in taken.count.items()}
    return count | {"refused": [vars(refusal) for refusal in taken.refused]}

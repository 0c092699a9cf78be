from datetime import timedelta
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.fields import BooleanField, CharField, ChoiceField, FloatField, IntegerField
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.authentication import caller
from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from cxloop.kernel.shapes import Instant, Shape
from feedback.intake.models import Source
from feedback.intake.scores import TABLE
from insights.change import CHANGES
from insights.releases import FEWEST, MOST_READ, MOST_RELEASES, Release, Scored, releases_of
from insights.shapes import ShareShape, share_json

DAYS = OpenApiParameter("days", int, description="how far back receipts go, 1 to 366; default 90")
CHANGE = (
    "against the release before: `none` where the 95 % interval of the difference holds 0,"
    " `unknown` where either has too few"
)


class NpsShape(Serializer[Any]):
    """From -100 to 100, with its 95 % interval (adjusted Wald)."""

    value = FloatField()
    low = FloatField()
    high = FloatField()


class ReleaseScoreShape(Serializer[Any]):
    """The main score of each feedback, by its type; types with fewer than five are left out."""

    type = ChoiceField(sorted(TABLE))
    number = IntegerField()
    mean = FloatField()
    positive = ShareShape(help_text="as the type's classes count: of csat 4 and 5")
    nps = NpsShape(allow_null=True)
    change = ChoiceField(CHANGES, help_text=f"of nps, else of the positive share, {CHANGE}")


class ReleaseShape(Serializer[Any]):
    version = CharField()
    feedback = IntegerField()
    is_hidden = BooleanField(help_text=f"fewer than {FEWEST} feedback: nothing more is told")
    first_at = Instant(help_text="its first feedback of the period")
    last_at = Instant()
    tickets = ShareShape(allow_null=True, help_text="feedback that opened a ticket")
    negative = ShareShape(allow_null=True, help_text="of the feedback with a score")
    negative_change = ChoiceField(CHANGES, help_text=CHANGE)
    scores = ReleaseScoreShape(many=True)


class ReleasesShape(Serializer[Any]):
    """By context.app_version: versions as Semantic Versioning orders them, the newest first, then
    whatever else is said there."""

    since = Instant()
    until = Instant()
    is_whole = BooleanField(
        help_text=f"false: of each day only the newest were read, of all {MOST_READ:,} at most"
    )
    results = ReleaseShape(many=True, help_text=f"at most {MOST_RELEASES}")
    more = IntegerField(help_text="releases beyond these")


class ReleasesQuery(Shape):
    days = IntegerField(required=False, default=90, min_value=1, max_value=366)


class SourceReleases(APIView):
    @extend_schema(operation_id="sources_releases", parameters=[DAYS], responses=ReleasesShape)
    def get(self, request: Request, slug: str) -> Response:
        """How each release of an app was received, for whoever reads the source."""
        source = Source.objects.visible_to(caller(request)).filter(slug=slug).first()
        if source is None:
            raise NotHere()
        asked = ReleasesQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        now = moment()
        since = now - timedelta(days=asked.validated_data["days"])
        found = releases_of(source, since=since, until=now)
        about = {"since": since, "until": now, "is_whole": found.is_whole}
        results = [_release_json(one) for one in found.found]
        return Response({**about, "results": results, "more": found.more})


def _release_json(one: Release) -> dict[str, Any]:
    hidden = one.is_hidden
    return {
        "version": one.version,
        "feedback": one.feedback,
        "is_hidden": hidden,
        "first_at": one.first_at,
        "last_at": one.last_at,
        "tickets": None if hidden else share_json(one.tickets),
        "negative": None if hidden else share_json(one.negative),
        "negative_change": one.change,
        "scores": [_score_json(score) for score in one.scores],
    }


def _score_json(score: Scored) -> dict[str, Any]:
    return {
        "type": score.type,
        "number": score.number,
        "mean": score.mean,
        "positive": share_json(score.positive),
        "nps": _nps_json(score),
        "change": score.change,
    }


def _nps_json(score: Scored) -> dict[str, float] | None:
    found = score.promoters
    if found is None or found.value is None or found.interval is None:
        return None
    low, high = found.interval
    return {"value": 100 * found.value, "low": 100 * low, "high": 100 * high}

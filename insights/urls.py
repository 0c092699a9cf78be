from django.urls import path

from insights.api import FollowUpRates, LikelyToBreak
from insights.releases_api import SourceReleases
from insights.report_api import ReportOfPeriod

urlpatterns = [
    path("insights/follow-up", FollowUpRates.as_view()),
    path("insights/likely", LikelyToBreak.as_view()),
    path("insights/report", ReportOfPeriod.as_view()),
    path("sources/<slug:slug>/releases", SourceReleases.as_view()),
]

from django.urls import path

from insights.api import FollowUpRates, LikelyToBreak
from insights.recovery_api import RecoveryReport, RecoveryRows, RecoverySheet
from insights.releases_api import SourceReleases
from insights.report_api import ReportOfPeriod

urlpatterns = [
    path("insights/follow-up", FollowUpRates.as_view()),
    path("insights/likely", LikelyToBreak.as_view()),
    path("insights/report", ReportOfPeriod.as_view()),
    path("reports/recovery", RecoveryReport.as_view()),
    path("reports/recovery.csv", RecoverySheet.as_view()),
    path("reports/recovery/rows.csv", RecoveryRows.as_view()),
    path("sources/<slug:slug>/releases", SourceReleases.as_view()),
]

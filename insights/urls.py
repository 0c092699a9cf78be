from django.urls import path

from insights.api import FollowUpRates, LikelyToBreak

urlpatterns = [
    path("insights/follow-up", FollowUpRates.as_view()),
    path("insights/likely", LikelyToBreak.as_view()),
]

from django.urls import path

from insights.api import FollowUpRates

urlpatterns = [path("insights/follow-up", FollowUpRates.as_view())]

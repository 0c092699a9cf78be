from django.urls import path

from tickets.sla.api import (
    CalendarDetail,
    CalendarIcal,
    CalendarList,
    PolicyDetail,
    PolicyList,
    StatuteList,
)
from tickets.sla.forecast_api import PolicyForecasts

urlpatterns = [
    path("sla-statutes", StatuteList.as_view()),
    path("sla-policies", PolicyList.as_view()),
    path("sla-policies/forecast", PolicyForecasts.as_view()),
    path("sla-policies/<slug:slug>", PolicyDetail.as_view()),
    path("calendars", CalendarList.as_view()),
    path("calendars/<slug:slug>", CalendarDetail.as_view()),
    path("calendars/<slug:slug>/ical", CalendarIcal.as_view()),
]

from django.urls import path

from desk.api import verbs
from desk.api.tickets import (
    ClockExplanation,
    TakeHandoverBack,
    TicketDetail,
    TicketList,
    TicketOfFeedback,
)
from desk.api.views import ViewDetail, ViewList

urlpatterns = [
    path("tickets", TicketList.as_view()),
    path("tickets/<str:ref>", TicketDetail.as_view()),
    path("tickets/<str:ref>/hand-over/take-back", TakeHandoverBack.as_view()),
    path("tickets/<str:ref>/clocks/<str:kind>/explain", ClockExplanation.as_view()),
    path("feedback/<uuid:pk>/ticket", TicketOfFeedback.as_view()),
    path("me/views", ViewList.as_view()),
    path("me/views/<int:pk>", ViewDetail.as_view()),
    *verbs.urlpatterns,
]

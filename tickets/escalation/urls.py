from django.urls import path

from tickets.escalation.api import (
    EscalationAcknowledge,
    EscalationList,
    LadderDetail,
    LadderList,
    MyHours,
    UserHours,
)

urlpatterns = [
    path("ladders", LadderList.as_view()),
    path("ladders/<slug:slug>", LadderDetail.as_view()),
    path("me/working-hours", MyHours.as_view()),
    path("users/<int:pk>/working-hours", UserHours.as_view()),
    path("escalations", EscalationList.as_view()),
    path("escalations/<int:pk>/acknowledge", EscalationAcknowledge.as_view()),
]

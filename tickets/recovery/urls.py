from django.urls import path

from tickets.recovery.api.budgets import BudgetDetail, BudgetList
from tickets.recovery.api.failures import CauseDefaults, FailureTypeDetail, FailureTypeList
from tickets.recovery.api.limits import LimitDetail, LimitList
from tickets.recovery.api.playbooks import LeavePlaybook, PlaybookDetail, PlaybookList
from tickets.recovery.api.recoveries import (
    GESTURE_ACTS,
    ApproveGesture,
    GestureLetter,
    GestureList,
    GestureVerb,
    HeardAnswer,
    KeepGesture,
    RecoveryDetail,
    WaitingGestures,
)

# A gesture is found under its recovery, and under its ticket by a shorter address.
GESTURE_PLACES = ("recovery/gestures", "gestures")

_VERBS = {
    **dict.fromkeys(GESTURE_ACTS, GestureVerb),
    "approve": ApproveGesture,
    "keep": KeepGesture,
}

urlpatterns = [
    path("tickets/<str:ref>/recovery", RecoveryDetail.as_view()),
    path("tickets/<str:ref>/recovery/answer", HeardAnswer.as_view()),
    path("tickets/<str:ref>/recovery/gestures", GestureList.as_view()),
    *(
        path(f"tickets/<str:ref>/{place}/<int:pk>/{verb}", view.as_view(verb=verb))
        for place in GESTURE_PLACES
        for verb, view in _VERBS.items()
    ),
    *(
        path(f"tickets/<str:ref>/{place}/<int:pk>/letter", GestureLetter.as_view())
        for place in GESTURE_PLACES
    ),
    path("tickets/<str:ref>/recovery/playbook/leave", LeavePlaybook.as_view()),
    path("playbooks", PlaybookList.as_view()),
    path("playbooks/<slug:slug>", PlaybookDetail.as_view()),
    path("gestures/waiting", WaitingGestures.as_view()),
    path("gesture-budgets", BudgetList.as_view()),
    path("gesture-budgets/<int:pk>", BudgetDetail.as_view()),
    path("failure-types", FailureTypeList.as_view()),
    path("failure-types/<slug:slug>", FailureTypeDetail.as_view()),
    path("root-causes/<slug:slug>/defaults", CauseDefaults.as_view()),
    path("gesture-limits", LimitList.as_view()),
    path("gesture-limits/<int:pk>", LimitDetail.as_view()),
]

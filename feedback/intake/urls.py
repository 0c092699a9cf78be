from django.urls import path

from feedback.intake.api.requests import SourceKeyRequests
from feedback.intake.api.sources import SourceDetail, SourceKeyDetail, SourceKeyList, SourceList

urlpatterns = [
    path("sources", SourceList.as_view()),
    path("sources/<slug:slug>", SourceDetail.as_view()),
    path("sources/<slug:slug>/keys", SourceKeyList.as_view()),
    path("sources/<slug:slug>/keys/<int:pk>", SourceKeyDetail.as_view()),
    path("sources/<slug:slug>/keys/<int:pk>/requests", SourceKeyRequests.as_view()),
]

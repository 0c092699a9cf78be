from django.urls import path

from tickets.kudos.api.kudos import KudosCounts, KudosList, KudosSeen, WithdrawKudos

urlpatterns = [
    path("kudos", KudosList.as_view()),
    path("kudos/counts", KudosCounts.as_view()),
    path("kudos/seen", KudosSeen.as_view()),
    path("kudos/<int:pk>/withdraw", WithdrawKudos.as_view()),
]

from django.urls import path

from feedback.email.api import Mailboxes
from feedback.email.api_hooks import MailHookDetail, MailHookList

urlpatterns = [
    path("sources/<slug:slug>/mailboxes", Mailboxes.as_view()),
    path("sources/<slug:slug>/mail-hooks", MailHookList.as_view()),
    path("sources/<slug:slug>/mail-hooks/<slug:provider>", MailHookDetail.as_view()),
]

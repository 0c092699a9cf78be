from django.urls import path

from feedback.email.api import Mailboxes
from feedback.email.api_hooks import MailHookDetail, MailHookList
from feedback.email.imap_api import ImapAccountDetail, ImapAccountList, ImapAccountTry

urlpatterns = [
    path("sources/<slug:slug>/mailboxes", Mailboxes.as_view()),
    path("sources/<slug:slug>/mail-hooks", MailHookList.as_view()),
    path("sources/<slug:slug>/mail-hooks/<slug:provider>", MailHookDetail.as_view()),
    path("sources/<slug:slug>/imap-accounts", ImapAccountList.as_view()),
    path("sources/<slug:slug>/imap-accounts/<int:pk>", ImapAccountDetail.as_view()),
    path("sources/<slug:slug>/imap-accounts/<int:pk>/try", ImapAccountTry.as_view()),
]

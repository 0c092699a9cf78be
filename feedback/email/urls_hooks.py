from django.urls import path

from feedback.email.mailgun import MailgunHook
from feedback.email.postmark import PostmarkHook

_mailgun = MailgunHook.as_view(webhook_signing_key="")

urlpatterns = [
    path("hooks/mail/postmark/<str:key>", PostmarkHook.as_view()),
    path("hooks/mail/mailgun/<str:key>", _mailgun),
    # By this end of the address Mailgun knows that the raw message is wanted.
    path("hooks/mail/mailgun/<str:key>/mime", _mailgun),
]

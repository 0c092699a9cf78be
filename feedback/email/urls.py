from django.urls import path

from feedback.email.api import Mailboxes

urlpatterns = [path("sources/<slug:slug>/mailboxes", Mailboxes.as_view())]

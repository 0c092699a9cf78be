"""Pages for customers: no sign-in, no cookie."""

from django.urls import path

from desk.customer_page import customer_page
from desk.receipt_page import receipt_page
from desk.refusing_page import offers_page, surveys_page
from desk.status_page import status_page

urlpatterns = [
    path("c/<str:token>", customer_page),
    path("o/<str:token>", offers_page),
    path("r/<str:signed>", receipt_page),
    path("s/<str:token>", status_page),
    path("u/<str:token>", surveys_page),
]

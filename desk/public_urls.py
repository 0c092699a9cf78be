"""Pages for customers: no sign-in, no cookie."""

from django.urls import path

from desk.customer_page import customer_page
from desk.receipt_page import receipt_page
from desk.status_page import status_page
from desk.surveys_page import surveys_page

urlpatterns = [
    path("c/<str:token>", customer_page),
    path("r/<str:signed>", receipt_page),
    path("s/<str:token>", status_page),
    path("u/<str:token>", surveys_page),
]

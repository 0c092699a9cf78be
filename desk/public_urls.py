"""Pages for customers: no sign-in, no cookie."""

from django.urls import path

from desk.customer_page import customer_page
from desk.receipt_page import receipt_page

urlpatterns = [
    path("c/<str:token>", customer_page),
    path("r/<str:signed>", receipt_page),
]

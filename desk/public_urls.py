"""Pages for customers: no sign-in, no cookie."""

from django.urls import path

from desk.customer_page import customer_page

urlpatterns = [path("c/<str:token>", customer_page)]

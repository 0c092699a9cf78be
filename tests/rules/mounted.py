"""The rules' routes alone, with one policy known."""

from django.urls import include, path

from tests.rules.making import POLICIES
from tickets.rules.api import routes

urlpatterns = [path("api/v1/", include(routes(lambda: POLICIES)))]

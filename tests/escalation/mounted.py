"""The routes of this room alone."""

from django.urls import include, path

from tickets.escalation.urls import urlpatterns as routes

urlpatterns = [path("api/v1/", include(routes))]

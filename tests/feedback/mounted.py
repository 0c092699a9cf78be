"""The routes of the wing alone."""

from feedback.web.urls import urlpatterns as web

urlpatterns = [*web]

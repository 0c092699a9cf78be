"""The routes of the wing alone."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

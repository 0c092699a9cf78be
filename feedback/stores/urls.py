from django.urls import path

from feedback.stores.api import import_reviews

urlpatterns = [path("reviews/import", import_reviews)]

from django.urls import path

from feedback.app.api import take_batch

urlpatterns = [path("feedback/batch", take_batch)]

from django.urls import path

from feedback.web.api import feedback_door

# POST alone: what was heard is read in the rooms that know its tickets.
urlpatterns = [path("api/v1/feedback", feedback_door)]

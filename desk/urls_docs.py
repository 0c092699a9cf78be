from django.urls import path

from desk.api.docs import api_docs, api_schema

urlpatterns = [path("api/schema/", api_schema), path("api/docs/", api_docs)]

from django.urls import path

from feedback.web.api_forms import FormDetail, FormGallery, FormList, FormVersionList

urlpatterns = [
    path("form-gallery", FormGallery.as_view()),
    path("sources/<slug:slug>/forms", FormList.as_view()),
    path("sources/<slug:slug>/forms/<slug:form>", FormDetail.as_view()),
    path("sources/<slug:slug>/forms/<slug:form>/versions", FormVersionList.as_view()),
]

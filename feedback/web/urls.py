from django.urls import path

from feedback.web.pages import branching, form_page
from feedback.web.widget import config, newest, shown, versioned

urlpatterns = [
    path("f/<slug:slug>", form_page),
    path("f/<slug:slug>/<slug:form>", form_page),
    path("f/<slug:slug>/<slug:form>/<int:number>.css", branching),
    path("w.js", newest),
    path("w/config", config),
    path("w/shown", shown),
    path("w/<str:version>.js", versioned),
    path("w/<str:version>/<slug:name>.js", versioned),
]

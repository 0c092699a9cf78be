from django.urls import path

from feedback.web.pages import branching, form_page, receipt_page

urlpatterns = [
    path("f/<slug:slug>", form_page),
    path("f/<slug:slug>/<slug:form>", form_page),
    path("f/<slug:slug>/<slug:form>/<int:number>.css", branching),
    path("r/<str:signed>", receipt_page),
]

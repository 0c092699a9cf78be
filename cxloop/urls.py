from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("accounts.urls")),
]

handler400 = "cxloop.kernel.problems.bad_request"
handler403 = "cxloop.kernel.problems.forbidden"
handler404 = "cxloop.kernel.problems.not_found"
handler500 = "cxloop.kernel.problems.broken"

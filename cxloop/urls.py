"""Every address, room by room."""

from django.urls import URLPattern, URLResolver, include, path

import accounts.urls
import desk.public_urls
import desk.urls
import desk.urls_api
import desk.urls_docs
import feedback.app.urls
import feedback.email.urls
import feedback.email.urls_hooks
import feedback.intake.urls
import feedback.stores.urls
import feedback.web.urls
import feedback.web.urls_api
import insights.urls
import tickets.escalation.urls
import tickets.kudos.urls
import tickets.problems.urls
import tickets.recovery.urls
import tickets.sla.urls
import tickets.work.urls
from cxloop import health
from tickets.rules.actions import archive_unnamed_group

handler400 = "cxloop.kernel.problems.bad_request"
handler403 = "cxloop.kernel.problems.forbidden"
handler404 = "cxloop.kernel.problems.not_found"
handler500 = "cxloop.kernel.problems.broken"

_api = [
    *accounts.urls.routes(archive_unnamed_group),
    *feedback.intake.urls.urlpatterns,
    *feedback.web.urls_api.urlpatterns,
    *feedback.app.urls.urlpatterns,
    *feedback.email.urls.urlpatterns,
    *feedback.stores.urls.urlpatterns,
    *tickets.sla.urls.urlpatterns,
    *tickets.work.urls.urlpatterns,
    *tickets.escalation.urls.urlpatterns,
    *tickets.recovery.urls.urlpatterns,
    *tickets.kudos.urls.urlpatterns,
    *tickets.problems.urls.urlpatterns,
    *insights.urls.urlpatterns,
    *desk.urls_api.urlpatterns,
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("api/v1/", include(_api)),
    *desk.urls_docs.urlpatterns,
    *feedback.web.urls.urlpatterns,
    *feedback.email.urls_hooks.urlpatterns,
    *desk.public_urls.urlpatterns,
    *desk.urls.urlpatterns,
]

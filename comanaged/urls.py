"""The site map. The first words here are no client's short name (accounts.actions.TAKEN_WORDS)."""

from django.urls import URLPattern, URLResolver, include, path

from comanaged import doors
from comanaged.accounts import urls as accounts
from comanaged.accounts import views
from comanaged.overview import urls as overview
from monitoring import urls as monitoring
from responsibilities import urls as responsibilities
from tickets import urls as tickets

v1: list[URLPattern | URLResolver] = [
    path("", include(responsibilities.api_urlpatterns)),
    path("", include(tickets.api_urlpatterns)),
    path("", include(monitoring.api_urlpatterns)),
    path("schema", doors.schema, name="api_schema"),
    path("docs/", doors.docs, name="api_docs"),
]

urlpatterns = [
    path("healthz", doors.healthz, name="healthz"),
    path("readyz", doors.readyz, name="readyz"),
    path("api/v1/", include(v1)),
    path("account/email/", views.own_address, name="own_address"),
    path("account/", include("allauth.urls")),
    path("", include(accounts)),  # /, /sign-in/, /invite/<token>/, /<client>/people/, /keys/, /history/
    path("", include(tickets)),  # /desk/queue/, /<client>/tickets/…
    path("", include(responsibilities)),  # /<client>/matrix/…, /findings/
    path("", include(monitoring)),  # /<client>/alerts/, /sources/, /proof/backups/
    path("", include(overview)),  # /<client>/overview/
]

handler403 = "comanaged.doors.not_for_you"
handler404 = "comanaged.doors.not_here"
handler500 = "comanaged.doors.broken"

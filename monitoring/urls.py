"""The pages and the API addresses of this app."""

from django.urls import path

from monitoring import api
from monitoring.views import alerts, backups, intake, sources

app_name = "monitoring"

urlpatterns = [
    path("<slug:client>/alerts/", alerts.alerts, name="alerts"),
    path("<slug:client>/alerts/<uuid:alert>/", alerts.alert, name="alert"),
    path("<slug:client>/alerts/<uuid:alert>/acknowledge/", alerts.acknowledge, name="acknowledge"),
    path("<slug:client>/alerts/<uuid:alert>/over/", alerts.resolve, name="resolve"),
    path("<slug:client>/sources/", sources.sources, name="sources"),
    path("<slug:client>/sources/new/", sources.new_source, name="new_source"),
    path("<slug:client>/sources/<uuid:source>/", sources.source, name="source"),
    path("<slug:client>/sources/<uuid:source>/mapping/", sources.mapping, name="mapping"),
    path("<slug:client>/sources/<uuid:source>/replay/", sources.replay, name="replay"),
    path("<slug:client>/sources/<uuid:source>/messages/<uuid:event>/", sources.raw, name="raw"),
    path("<slug:client>/proof/backups/", backups.backups, name="backups"),
    path("<slug:client>/proof/backups/upload/", backups.upload, name="upload"),
    path("<slug:client>/proof/backups/upload/hand-in/", backups.hand_in, name="hand_in"),
    path("<slug:client>/proof/backups/check/", backups.check_now, name="check_now"),
    path("<slug:client>/proof/backups/policy/", backups.limits, name="limits"),
    path("<slug:client>/proof/backups/policy/tighten/", backups.tighten, name="tighten"),
    path("<slug:client>/proof/backups/policy/loosen/", backups.loosen, name="loosen"),
]

api_urlpatterns = [
    path("in/<str:key>/", intake.post_alert, name="post_alert"),
    path("in/<str:key>", intake.post_alert),  # a redirect would lose a sender's message
    path("events/<uuid:event>/", api.Event.as_view(), name="api_event"),
    path("alerts/", api.Alerts.as_view(), name="api_alerts"),
    path("alerts/<uuid:alert>/", api.OneAlert.as_view(), name="api_alert"),
    path("alerts/<uuid:alert>/acknowledge/", api.Acknowledge.as_view(), name="api_acknowledge"),
    path("evidence/backup/", api.BackupEvidence.as_view(), name="api_backup_evidence"),
]

"""Addresses of the matrix and its findings; a duty's key always holds a dot, so other words stay free."""

from django.urls import path, register_converter

from responsibilities import api
from responsibilities.views import edits, pages, places


class DutyKey:
    """A duty's key in an address."""

    regex = r"[a-z0-9][a-z0-9-]*\.[a-z0-9.-]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(DutyKey, "duty")

app_name = "responsibilities"

urlpatterns = [
    path("<slug:client>/matrix/", pages.matrix, name="matrix"),
    path("<slug:client>/matrix/<duty:duty>/", pages.duty, name="duty"),
    path("<slug:client>/matrix/<duty:duty>/cell/<slug:party>/", edits.cell, name="cell"),
    path("<slug:client>/matrix/<duty:duty>/letter/", edits.letter, name="letter"),
    path("<slug:client>/matrix/<duty:duty>/clear/", edits.clear, name="clear"),
    path("<slug:client>/matrix/<duty:duty>/hours/", edits.hours, name="hours"),
    path("<slug:client>/matrix/<duty:duty>/lead/", edits.lead, name="lead"),
    path("<slug:client>/findings/", pages.findings, name="findings"),
    path("<slug:client>/sites/", places.sites, name="sites"),
    path("<slug:client>/sites/new/", places.new_place, name="new_place"),
    path("<slug:client>/sites/<slug:place>/", places.change_place, name="change_place"),
    path("<slug:client>/sites/<slug:place>/retire/", places.retire_place, name="retire_place"),
]

api_urlpatterns = [
    path("answers/", api.Answers.as_view(), name="api_answers"),
    path("findings/", api.Findings.as_view(), name="api_findings"),
]

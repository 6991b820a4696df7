"""A version as files: the appendix to print, the sheet, the table, and what each requirement comes to."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from responsibilities.actions import exporting
from responsibilities.exporters import CannotExport
from responsibilities.queries import versions


@require_GET
@member_view("matrix.export_signed")
def download(request: HttpRequest, member: Actor, version: int, kind: str) -> HttpResponse:
    """One version as one kind of file."""
    found = versions.version_numbered(member, version)
    if found is None:
        raise Http404
    try:
        made = exporting.export(found, kind, by=member, at=timezone.now())
    except CannotExport as refusal:
        shown = {"refusal": str(refusal), "number": version, "section": "matrix"}
        return render(request, "responsibilities/not_exported.html", shown, status=422)
    return HttpResponse(made.body, headers=made.headers)

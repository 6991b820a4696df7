"""The page on which a side takes a client's tickets out as one file."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from tickets import actions
from tickets.actions import exporting
from tickets.models import Export
from tickets.queries import exporting as reading


@require_safe
@member_view("export.tickets")
def export(request: HttpRequest, member: Actor) -> HttpResponse:
    """What this side has taken out lately, and the button for a new file."""
    return _page(request, member)


@require_POST
@member_view("export.tickets")
def ask_export(request: HttpRequest, member: Actor) -> HttpResponse:
    """Ask for a new file."""
    try:
        exporting.ask(by=member, at=timezone.now())
    except actions.Refused as refusal:
        return _page(request, member, refusal=refusal.words)
    return redirect("tickets:export", member.tenant.slug)


@require_safe
@member_view("export.tickets")
def export_progress(request: HttpRequest, member: Actor, export: int) -> HttpResponse:
    """How far a file is; nothing changed is nothing sent."""
    row = _row(member, export)
    tag = f"{row.done}-{bool(row.ready_at)}-{bool(row.failed_at)}"
    if request.headers.get("If-None-Match") == f'"{tag}"':
        return HttpResponse(status=304)
    answer = render(request, "tickets/_export.html", {"one": row, "tag": tag})
    answer["ETag"] = f'"{tag}"'
    return answer


@require_POST
@member_view("export.tickets")
def fetch_export(request: HttpRequest, member: Actor, export: int) -> HttpResponse:
    """One file, to be saved; that it was fetched is in the history."""
    row = _row(member, export)
    try:
        place = exporting.fetched(row, by=member, at=timezone.now())
    except actions.Refused as refusal:
        return _page(request, member, refusal=refusal.words)
    name = f"{member.tenant.slug}-tickets-{row.asked_at:%Y-%m-%d}.zip"
    answer: Any = FileResponse(place.open("rb"), as_attachment=True, filename=name, content_type="application/zip")
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer  # type: ignore[no-any-return]


def _row(member: Actor, export: int) -> Export:
    try:
        return reading.exports_of(member).get(number=export)
    except Export.DoesNotExist:
        raise Http404 from None


def _page(request: HttpRequest, member: Actor, *, refusal: str = "") -> HttpResponse:
    shown = list(reading.exports_of(member)[: reading.LATELY])
    page = {"exports": shown, "tickets": reading.count(member.tenant_id, member.company_id or 0), "section": "tickets", "refusal": refusal}
    return render(request, "tickets/export.html", page, status=422 if refusal else 200)

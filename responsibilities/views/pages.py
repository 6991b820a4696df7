"""What is read: the grid, one duty, the findings."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from responsibilities import forms, queries
from responsibilities.queries import grid


@require_safe
@member_view("matrix.view")
def matrix(request: HttpRequest, member: Actor) -> HttpResponse:
    """Who does what, who answers at the moment, and what that leaves open."""
    at, wrong = _moment(request, member)
    view = request.GET.get("view", "all")
    page = grid.page(member, at, request.path, view)
    shown = {
        "page": page,
        "kept": [("view", view)] if view != "all" else [],
        "section": "matrix",
        "clock": page.hours,
        "asked": request.GET.get("at", ""),
        "wrong": wrong,
    }
    return render(request, "responsibilities/matrix.html", shown, status=422 if wrong else 200)


@require_safe
@member_view("matrix.view")
def duty(request: HttpRequest, member: Actor, duty: str) -> HttpResponse:
    """Who answers for one duty at the moment, and why."""
    at, wrong = _moment(request, member)
    sheet = queries.sheet(member, duty, at)
    if sheet is None:
        raise Http404
    shown = {"sheet": sheet, "section": "matrix", "asked": request.GET.get("at", ""), "wrong": wrong}
    return render(request, "responsibilities/duty.html", shown, status=422 if wrong else 200)


@require_safe
@member_view("finding.view")
def findings(request: HttpRequest, member: Actor) -> HttpResponse:
    """What is broken, and the decisions that repair it."""
    page = queries.findings(member, timezone.now(), request.GET.get("view", "open"))
    return render(request, "responsibilities/findings.html", {"page": page, "section": "findings"})


def _moment(request: HttpRequest, member: Actor) -> tuple[datetime, str]:
    """Return the moment asked for and what is wrong with it; now where it cannot be read."""
    asked = request.GET.get("at", "")
    try:
        return (forms.moment_of(asked, member.zone) if asked else timezone.now()), ""
    except forms.BadMoment as refusal:
        return timezone.now(), str(refusal)

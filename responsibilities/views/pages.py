"""What is read: the grid."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from responsibilities import forms
from responsibilities.queries import grid
from responsibilities.views import answering


@require_safe
@member_view("matrix.view")
def matrix(request: HttpRequest, member: Actor) -> HttpResponse:
    """Who does what, who answers at the moment, and what that leaves open."""
    return _grid(request, member)


@require_safe
@member_view("matrix.view")
def draft(request: HttpRequest, member: Actor) -> HttpResponse:
    """The version that is being written; where there is none, the one that stands."""
    return _grid(request, member, draft=True)


@require_safe
@member_view("matrix.view")
def answers(request: HttpRequest, member: Actor, which: str = "") -> HttpResponse:
    """Who answers at another moment: the columns of the grid that depend on it, and nothing else."""
    at, _ = _moment(request, member)
    page = grid.page(member, at, "", answering.asked_of(request.GET), draft=which == "draft")
    return render(request, "responsibilities/_answers.html", {"page": page})


def _grid(request: HttpRequest, member: Actor, *, draft: bool = False) -> HttpResponse:
    at, wrong = _moment(request, member)
    asked = answering.asked_of(request.GET)
    base = reverse("responsibilities:matrix", args=[member.tenant.slug])
    page = grid.page(member, at, base, asked, draft=draft)
    if draft and not page.draft:
        return redirect("responsibilities:matrix", member.tenant.slug)
    shown = {
        "page": page,
        "kept": answering.kept(asked),
        "base": base,
        "here": request.path,
        "draft": draft,
        "section": "matrix",
        "clock": page.hours,
        "asked": request.GET.get("at", ""),
        "wrong": wrong,
    }
    return render(request, "responsibilities/matrix.html", shown, status=422 if wrong else 200)


def _moment(request: HttpRequest, member: Actor) -> tuple[datetime, str]:
    """Return the moment asked for and what is wrong with it; now where it cannot be read."""
    asked = request.GET.get("at", "")
    try:
        return (forms.moment_of(asked, member.zone) if asked else timezone.now()), ""
    except forms.BadMoment as refusal:
        return timezone.now(), str(refusal)

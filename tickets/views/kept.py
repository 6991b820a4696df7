"""Kept lists: save the line one looks at, rename it, share it, remove it."""

from collections.abc import Callable
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from comanaged.accounts import access
from comanaged.accounts.http import known_actors, member_view
from tickets import actions
from tickets.actions import viewing as keeping
from tickets.domain import wanted
from tickets.models import View
from tickets.queries import viewing


@require_http_methods(["GET", "HEAD", "POST"])
@member_view("ticket.work")
def views(request: HttpRequest, member: access.Actor) -> HttpResponse:
    """The lists one keeps; POST keeps one more and goes back to it."""
    if request.method != "POST":
        return _page(request, member)
    line = wanted.line(wanted.read(request.POST.get("line", "")).wanted)
    shared = bool(request.POST.get("shared")) and access.may(member, "ticket.schedule")
    try:
        keeping.keep(request.POST.get("name", ""), line, shared=shared, by=member, at=timezone.now())
    except actions.Refused as refusal:
        return _page(request, member, wrong=refusal.words, line=line, name=request.POST.get("name", ""))
    home = "/desk/queue/" if request.POST.get("desk") else f"/{member.tenant.slug}/tickets/"
    return redirect(f"{home}?q={quote(line)}")


@require_POST
@member_view("ticket.work")
def rename(request: HttpRequest, member: access.Actor, view: int) -> HttpResponse:
    """Give a list another name."""
    return _done(request, member, lambda: keeping.rename(view, request.POST.get("name", ""), by=member, at=timezone.now()))


@require_POST
@member_view("ticket.work")
def drop(request: HttpRequest, member: access.Actor, view: int) -> HttpResponse:
    """Remove a list."""
    return _done(request, member, lambda: keeping.drop(view, by=member, at=timezone.now()))


@require_POST
@member_view("ticket.schedule")
def share(request: HttpRequest, member: access.Actor, view: int) -> HttpResponse:
    """Let the whole company use a list, or not."""
    return _done(request, member, lambda: keeping.share(view, shared=bool(request.POST.get("shared")), by=member, at=timezone.now()))


def _done(request: HttpRequest, member: access.Actor, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except View.DoesNotExist:
        return _page(request, member, wrong="This list is not there any more.")
    except actions.Refused as refusal:
        return _page(request, member, wrong=refusal.words)
    messages.success(request, "Your lists are changed.")
    return redirect("tickets:views", member.tenant.slug)


def _page(request: HttpRequest, member: access.Actor, *, wrong: str = "", line: str = "", name: str = "") -> HttpResponse:
    manages = access.may(member, "ticket.schedule")
    shown = {
        "kept": [
            (one, one.own or (one.shared and manages), quote(one.line))
            for one in viewing.views_of(member, known_actors(request, timezone.now()))
        ],
        "may_share": manages,
        "serves": member.company_id != member.tenant_id,
        "wrong": wrong,
        "line": line,
        "name": name,
        "section": "tickets",
    }
    return render(request, "tickets/views.html", shown, status=422 if wrong else 200)

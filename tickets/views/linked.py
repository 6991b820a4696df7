"""The page of links to other systems that need a hand."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from tickets import actions
from tickets.actions import external
from tickets.models import ExternalLink
from tickets.queries import external as queries


@require_GET
@member_view("ticket.link")
def links(request: HttpRequest, member: Actor) -> HttpResponse:
    """Show which links are broken, and why."""
    return _page(request, member)


@require_POST
@member_view("ticket.link")
def replay(request: HttpRequest, member: Actor, linked: int) -> HttpResponse:
    """Send the newest of the ticket once more."""
    return _done(request, member, linked, external.replay, "It is sent once more. Should it fail again, it comes back here.")


@require_POST
@member_view("ticket.link")
def end(request: HttpRequest, member: Actor, linked: int) -> HttpResponse:
    """End a link that nobody mends."""
    return _done(request, member, linked, external.end_link, "The link has ended. The ticket stays as it is.")


def _done(request: HttpRequest, member: Actor, linked: int, act: Callable[..., Any], words: str) -> HttpResponse:
    at: datetime = timezone.now()
    try:
        act(linked, by=member, at=at)
    except ExternalLink.DoesNotExist:
        raise Http404 from None
    except actions.Refused as refusal:
        return _page(request, member, refusal.words)
    messages.success(request, words)
    return redirect("tickets:links", member.tenant.slug)


def _page(request: HttpRequest, member: Actor, refusal: str = "") -> HttpResponse:
    shown = {"section": "tickets", "links": queries.broken(member), "refusal": refusal}
    return render(request, "tickets/links.html", shown, status=422 if refusal else 200)

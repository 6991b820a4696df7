"""The page that leadership starts on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from comanaged.overview import queries


@require_GET
@member_view("dashboard.leadership")
def overview(request: HttpRequest, member: Actor) -> HttpResponse:
    """Answer the thirteen questions at this moment, and say what stands behind the answers."""
    board = queries.board(member.tenant, timezone.now(), member.company_id)
    return render(request, "overview/overview.html", {"section": "overview", "board": board, "clock": board.hours})

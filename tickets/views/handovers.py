"""The list behind the figures of handovers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from tickets.queries import handovers as queries


@require_safe
@member_view("ticket.view")
def handovers(request: HttpRequest, member: Actor) -> HttpResponse:
    """Each offer of the last thirty days and its answer."""
    at, pick = timezone.now(), request.GET.get("answer", "all")[:60]
    rows = queries.picked(queries.handovers(member.tenant_id, at), pick)
    shown = {"rows": rows, "pick": pick, "figures": queries.figures(member.tenant_id, at), "section": "tickets"}
    return render(request, "tickets/handovers.html", shown)

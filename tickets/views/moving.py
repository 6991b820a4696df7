"""What a new version of the matrix offers to the other side, and the answer to many of its offers at once."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from comanaged.accounts import access
from comanaged.accounts.http import member_view
from tickets import actions, queries
from tickets.models import Ticket


@require_safe
@member_view("ticket.view")
def moving(request: HttpRequest, member: access.Actor) -> HttpResponse:
    """List what is offered because the matrix changed."""
    groups = queries.moving(member.tenant_id, timezone.now())
    answers = access.may(member, "ticket.accept_handover")
    return render(request, "tickets/moving.html", {"groups": groups, "answers": answers, "section": "tickets"})


@require_POST
@member_view("ticket.accept_handover")
def accept_moving(request: HttpRequest, member: access.Actor) -> HttpResponse:
    """Accept the chosen ones together; one that cannot be accepted any more stops none of the others."""
    chosen = [int(word) for word in request.POST.getlist("number")[:400] if word.isascii() and word.isdecimal() and len(word) < 10]  # noqa: PLR2004
    found = {one.number: one for one in Ticket.objects.for_tenant(member.tenant_id).filter(number__in=chosen)}
    if set(chosen) - set(found):
        raise Http404
    ids = {one.pk: number for number, one in found.items()}
    refused = actions.accept_many(ids, by=member, at=timezone.now(), once=request.POST.get("once", "")[:100])
    late = [f"{ids[one]}: {words}" for one, words in refused.items()]
    count = len(found) - len(late)
    messages.success(request, f"{count} ticket{'' if count == 1 else 's'} accepted." + (f" Not: {' '.join(late)}" if late else ""))
    return redirect("tickets:moving", member.tenant.slug)

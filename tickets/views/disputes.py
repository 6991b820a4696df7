"""The pages on which a ticket's holder or a charge is disputed, and a dispute is settled."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from tickets import forms_promise as forms
from tickets.actions import disputing
from tickets.domain import saying
from tickets.domain.disputing import About
from tickets.models import Ticket
from tickets.queries import disputes
from tickets.views import asking, one

BOTH = ["GET", "HEAD", "POST"]


@require_http_methods(BOTH)
@member_view("ticket.dispute")
def dispute(request: HttpRequest, member: Actor, number: int) -> HttpResponse:
    """Say that it is wrong whose this is, or in whose time something counts."""
    row = one.found(member, number)
    named = request.GET.get("about", "")
    initial = {"once": asking.once(), "about": named if named in set(About) else About.HOLDER, "party": request.GET.get("party", "")[:12]}
    form = forms.Raise(asking.sent(request), initial=initial)

    def do(said: dict[str, Any]) -> str:
        disputing.dispute(row.pk, About(said["about"]), said["party"], said["text"], by=member, at=timezone.now(), once=said["once"])
        return "It is disputed now. Both leads were told, and who answers for the matrix answers it."

    lede = "It moves nothing by itself. Who answers for the matrix answers it, and both stay with the ticket."
    return asking.answer(request, _page(member, row, "Dispute it", "Dispute it", lede), form, do)


@require_http_methods(BOTH)
@member_view("ticket.settle_dispute")
def settle_dispute(request: HttpRequest, member: Actor, number: int, dispute: int) -> HttpResponse:
    """Answer a dispute."""
    row = one.found(member, number)
    raised = next((known for known in disputes.disputes_of(row, member, timezone.now()) if known.id == dispute), None)
    if raised is None:
        raise Http404
    form = forms.Settle(asking.sent(request), initial={"once": asking.once()})

    def do(said: dict[str, Any]) -> str:
        upheld = said["upheld"] == "yes"
        disputing.settle(row.pk, dispute, said["text"], upheld=upheld, by=member, at=timezone.now(), once=said["once"])
        return "The dispute is answered."

    lede = f"{raised.who} disputes {raised.what}: {raised.reason}"
    return asking.answer(request, _page(member, row, "Answer the dispute", "Answer it", lede), form, do)


def _page(member: Actor, row: Ticket, heading: str, verb: str, lede: str) -> asking.Page:
    named = saying.reference(member.tenant.name, row.number)
    return asking.Page(heading, verb, reverse("tickets:ticket", args=[member.tenant.slug, row.number]), named, lede)

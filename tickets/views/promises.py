"""The pages of what a client promises for its tickets."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from tickets import forms_promise as forms
from tickets.actions import agreeing
from tickets.domain import ledger
from tickets.queries import agreed
from tickets.views import asking


@require_safe
@member_view("ticket.view")
def promises(request: HttpRequest, member: Actor) -> HttpResponse:
    """What is promised for each priority, and who changed it."""
    shown = {"agreed": agreed.agreed(member, timezone.now()), "may": access.may(member, "client.settings"), "section": "promises"}
    return render(request, "tickets/promises.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@member_view("client.settings")
def change_promises(request: HttpRequest, member: Actor) -> HttpResponse:
    """Change it for tickets to come."""
    row = agreed.promise_of(member)
    targets = row.targets if row else ledger.DEFAULTS
    initial: dict[str, Any] = {f"{key}_{what}": value for key, one in targets.items() for what, value in one.items()}
    initial |= {"vendor_pauses": bool(row and row.vendor_pauses), "seen": row.version if row else 0}
    form = forms.Promised(asking.sent(request), initial=initial)
    page = asking.Page(
        "Change what is promised",
        "Promise this from now on",
        reverse("tickets:promises", args=[member.tenant.slug]),
        "What is promised",
        "It holds for tickets that open from now on. Those that are open keep what was agreed when they opened. Both sides are bound by it.",
    )

    def change(said: dict[str, Any]) -> str:
        pauses, seen = said["vendor_pauses"], said["seen"] or 0
        agreeing.set_promise(form.targets(), vendor_pauses=pauses, seen=seen, by=member, at=timezone.now())
        return "This is promised for tickets that open from now on."

    return asking.answer(request, page, form, change, section="promises")

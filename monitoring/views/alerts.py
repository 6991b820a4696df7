"""The list of a client's alerts, one alert, and what people do to it."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from comanaged.accounts import access
from comanaged.accounts.http import member_view
from monitoring import actions, forms, queries
from monitoring.queries import alerts as reading
from responsibilities import queries as responsibilities

EMPTY = {"open": "Nothing fires.", "all": "No alert ever came in."}


@require_safe
@member_view("alert.view")
def alerts(request: HttpRequest, member: access.Actor) -> HttpResponse:
    """Everything that fires, or what the address asks for."""
    wished = forms.Look(request.GET).words()
    try:
        page = queries.alerts_of(member.tenant_id, _filters(wished), after=wished["after"])
    except reading.BadCursor:
        raise Http404 from None
    sources = queries.sources_of(member.tenant_id, timezone.now())
    shown = {
        "section": "alerts",
        "rows": page.rows,
        "next": _with(request.GET, after=page.next) if page.next else "",
        "open": queries.open_count(member.tenant_id),
        "sources": len(sources),
        "silent": [row for row in sources if row.silent],
        "wished": wished,
        "views": [(word, _with(request.GET, state=state, after=""), wished["state"] == state) for state, word in forms.STATES],
        "severities": forms.SEVERITIES,
        "duties": responsibilities.duties_of(member.tenant_id),
        "empty": EMPTY.get(wished["state"], "No alert is like this."),
        "acknowledges": access.may(member, "alert.acknowledge"),
    }
    return render(request, "monitoring/alerts.html", shown)


@require_safe
@member_view("alert.view")
def alert(request: HttpRequest, member: access.Actor, alert: uuid.UUID) -> HttpResponse:
    """One alert: what, whose and why, and its story."""
    return _page(request, member, alert)


@require_POST
@member_view("alert.acknowledge")
def acknowledge(request: HttpRequest, member: access.Actor, alert: uuid.UUID) -> HttpResponse:
    """Say that a person has it."""
    _found(member, alert)
    try:
        actions.acknowledge(alert, by=member, at=timezone.now())
    except actions.CannotAct as refusal:
        return _page(request, member, alert, refusal=str(refusal))
    return redirect("monitoring:alert", member.tenant.slug, alert)


@require_POST
@member_view("alert.resolve_by_hand")
def resolve(request: HttpRequest, member: access.Actor, alert: uuid.UUID) -> HttpResponse:
    """Say that it is over though its source did not."""
    _found(member, alert)
    form = forms.Reason(request.POST)
    reason = str(form.cleaned_data["reason"]) if form.is_valid() else ""
    try:
        actions.resolve_by_hand(alert, reason, by=member, at=timezone.now())
    except actions.CannotAct as refusal:
        return _page(request, member, alert, refusal=str(refusal), reason=reason)
    return redirect("monitoring:alert", member.tenant.slug, alert)


def _found(member: access.Actor, public_id: uuid.UUID) -> reading.AlertRow:
    row = queries.alert_of(member.tenant_id, public_id)
    if row is None:
        raise Http404
    return row


def _page(request: HttpRequest, member: access.Actor, public_id: uuid.UUID, *, refusal: str = "", reason: str = "") -> HttpResponse:
    """The page as it is now; after a refusal with its words and what was written."""
    row = _found(member, public_id)
    shown: dict[str, Any] = {
        "section": "alerts",
        "row": row,
        "alert": row.alert,
        "story": queries.story_of(row),
        "refusal": refusal,
        "reason": reason,
        "acknowledges": access.may(member, "alert.acknowledge") and row.alert.state == "FIRING",
        "resolves": access.may(member, "alert.resolve_by_hand") and row.alert.is_open,
    }
    return render(request, "monitoring/alert.html", shown, status=422 if refusal else 200)


def _filters(wished: dict[str, str]) -> dict[str, str]:
    return wished | {"state": "" if wished["state"] == "all" else wished["state"]}


def _with(address: QueryDict, **changes: str) -> str:
    """Return this list's address with some words changed; empty ones are left out."""
    onward = address.copy()
    for name, value in changes.items():
        onward.pop(name, None)
        if value:
            onward[name] = value
    return f"?{onward.urlencode()}"

"""Who sends, who is silent, what was not understood, and a new sender."""

import json
import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comanaged.accounts import access
from comanaged.accounts.http import member_view
from monitoring import actions, forms, queries
from responsibilities import queries as responsibilities


@require_safe
@member_view("source.view")
def sources(request: HttpRequest, member: access.Actor) -> HttpResponse:
    """Every sender, and the messages a person should look at."""
    shown = {
        "section": "sources",
        "rows": queries.sources_of(member.tenant_id, timezone.now()),
        "events": queries.looked_at(member.tenant_id),
        "manages": access.may(member, "source.manage"),
    }
    return render(request, "monitoring/sources.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@member_view("key.create_ingest")  # a new source is a new key
def new_source(request: HttpRequest, member: access.Actor) -> HttpResponse:
    """Add a sender; its address holds its key and is shown this once."""
    duties = [(duty.key, duty.name) for duty in responsibilities.duties_of(member.tenant_id)]
    form = forms.NewSource(request.POST or None, duties=duties)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        settings = {"mapping": said["mapping"]} if said["mapping"] else {}
        try:
            made = actions.create_source(
                member.tenant, said["name"], kind=said["kind"], duty_key=said["duty"], settings=settings, by=member, at=timezone.now()
            )
        except actions.CannotCreate as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "monitoring/made_source.html", {"section": "sources", "made": made})
    status = 422 if request.method == "POST" else 200
    return render(request, "monitoring/new_source.html", {"section": "sources", "form": form}, status=status)


@require_safe
@member_view("source.view")
def source(request: HttpRequest, member: access.Actor, source: uuid.UUID) -> HttpResponse:
    """One sender and its newest messages."""
    row = _found(member, source)
    shown = {
        "section": "sources",
        "row": row,
        "events": queries.messages_of(row.source),
        "maps": access.may(member, "source.edit_mapping"),
        "replays": access.may(member, "source.replay_quarantine"),
        "reads_raw": access.may(member, "source.read_raw_body"),
    }
    return render(request, "monitoring/source.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@member_view("source.edit_mapping")
def mapping(request: HttpRequest, member: access.Actor, source: uuid.UUID) -> HttpResponse:
    """How a sender is read: try it on its newest messages first, then save."""
    row = _found(member, source)
    kept = row.source.settings.get("mapping")
    form = forms.Mapping(request.POST or None, initial={"mapping": json.dumps(kept, indent=2, ensure_ascii=False) if kept else ""})
    if request.method == "POST" and form.is_valid() and "save" in request.POST:
        try:
            actions.set_mapping(source, form.cleaned_data["mapping"], by=member, at=timezone.now())
        except actions.CannotCreate as refusal:
            form.add_error("mapping", str(refusal))
        else:
            messages.success(request, "Saved. New messages are read this way.")
            return redirect("monitoring:source", member.tenant.slug, source)
    wanted = form.cleaned_data["mapping"] if request.method == "POST" and form.is_valid() else kept
    shown = {"section": "sources", "row": row, "form": form, "tried": queries.tried(row.source, wanted), **queries.mapping_words()}
    return render(request, "monitoring/mapping.html", shown, status=422 if form.errors else 200)


@require_POST
@member_view("source.replay_quarantine")
def replay(request: HttpRequest, member: access.Actor, source: uuid.UUID) -> HttpResponse:
    """Have what was not understood read once more."""
    _found(member, source)
    count = actions.replay(source, by=member, at=timezone.now())
    messages.success(request, f"{count} messages are read once more." if count else "There was no message to read once more.")
    return redirect("monitoring:source", member.tenant.slug, source)


@require_POST
@member_view("source.read_raw_body")
def raw(request: HttpRequest, member: access.Actor, source: uuid.UUID, event: uuid.UUID) -> HttpResponse:
    """One message exactly as it came; that somebody looked is kept in the history."""
    row, found = _found(member, source), queries.event_of(member.tenant_id, event)
    if found is None or found.source_id != row.source.pk:
        raise Http404
    body = actions.read_raw(event, by=member, at=timezone.now())
    shown = {
        "section": "sources",
        "row": row,
        "event": found,
        "body": body.decode("utf-8", "replace").replace("\x00", "\N{REPLACEMENT CHARACTER}"),
    }
    return render(request, "monitoring/raw.html", shown)


def _found(member: access.Actor, public_id: uuid.UUID) -> queries.SourceRow:
    row = queries.source_of(member.tenant_id, public_id, timezone.now())
    if row is None:
        raise Http404
    return row

"""Talking on a ticket beside the messages themselves: drafts, marks, what is new, canned replies, sharing a note, blanking a secret."""

import hashlib
import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comanaged.accounts import access
from comanaged.accounts.http import member_view
from comanaged.vocabulary import Audience
from tickets import actions, forms_talk, queries
from tickets.models import Canned, Event, EventRows
from tickets.queries import sheets
from tickets.views import one

PLACE, INTEGER = 2**63, 2**31


@require_POST
@member_view("ticket.work")
def draft(request: HttpRequest, member: access.Actor, number: int) -> HttpResponse:
    """Keep what is being written."""
    row, form = one.found(member, number), forms_talk.Draft(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    said = form.cleaned_data
    actions.keep_draft(row, said["mode"], said["text"], by=member, at=timezone.now(), was=said["was"], once=said["once"])
    return HttpResponse(status=204)


@require_POST
@member_view("ticket.work")
def here(request: HttpRequest, member: access.Actor, number: int) -> HttpResponse:
    """Mark that the page is open."""
    actions.mark_here(one.found(member, number), by=member, at=timezone.now())
    return HttpResponse(status=204)


@require_safe
@member_view("ticket.view")
def live(request: HttpRequest, member: access.Actor, number: int) -> HttpResponse:
    """What is new since the page was shown; nothing at all where nothing is."""
    row = one.found(member, number)
    since, seen = (_number(request.GET.get(name, "")) for name in ("since", "seen"))
    news = queries.news(row, member, timezone.now(), since=since, seen=seen)
    facts = (news.newest, news.changed_by, news.version, [(one.name, one.doing) for one in news.here], row.number, since, seen)
    tag = f'"{hashlib.sha256(repr(facts).encode()).hexdigest()[:32]}"'
    answer: HttpResponse
    if request.headers.get("If-None-Match") == tag:
        answer = HttpResponseNotModified()
    else:
        answer = render(
            request,
            "tickets/_live.html",
            {"news": news, "sheet": {"row": row}, "seen": seen, "talk": _may(member), "kept": row.hidden_for_id},
        )
    answer["ETag"] = tag
    return answer


@require_POST
@member_view("ticket.work")
def insert(request: HttpRequest, member: access.Actor, number: int) -> HttpResponse:
    """Put a canned reply behind what is written; the page shows it as a draft."""
    row, form = one.found(member, number), forms_talk.Insert(request.POST)
    if not form.is_valid():
        return one.page(request, member, row, status=422)
    said, at = form.cleaned_data, timezone.now()
    try:
        if said["canned"]:
            actions.insert_canned(row, said["canned"], said["mode"], said["text"], by=member, at=at, was=said["began"])
        else:
            actions.keep_draft(row, said["mode"], said["text"], by=member, at=at, was=said["began"])
    except Canned.DoesNotExist:
        raise Http404 from None
    return redirect(f"{_address(member, number)}?mode={said['mode']}#write-text")


@require_POST
@member_view("ticket.work")
def watch(request: HttpRequest, member: access.Actor, number: int) -> HttpResponse:
    """Follow a ticket."""
    actions.watch(one.found(member, number), by=member, at=timezone.now())
    return redirect(f"{_address(member, number)}#follow")


@require_POST
@member_view("ticket.work")
def unwatch(request: HttpRequest, member: access.Actor, number: int) -> HttpResponse:
    """Follow it no more."""
    actions.unwatch(one.found(member, number), by=member)
    return redirect(f"{_address(member, number)}#follow")


@require_http_methods(["GET", "HEAD", "POST"])
@member_view("note.share_private")
def share(request: HttpRequest, member: access.Actor, number: int, entry: int) -> HttpResponse:
    """Show one's own private note to both sides, as a new message; asked first."""
    row = one.found(member, number)
    note = _entry(queries.readable(row, member), entry)
    goes = queries.goes_to(row, Audience.SHARED, member, timezone.now())
    shown = {"note": note, "goes": goes, "number": number, "reference": queries.row_of(row, {}).reference, "section": "tickets"}
    own = queries.readable(row, member).own_notes(member.user_id).filter(id=entry).exists()
    if not own:
        return render(request, "tickets/share.html", shown | {"refusal": f"Only {note.by_name} may show this."}, status=422)
    if request.method != "POST":
        return render(request, "tickets/share.html", shown | {"once": uuid.uuid4().hex})
    try:
        actions.share(row.id, note.id, by=member, at=timezone.now(), once=request.POST.get("once", "")[:100])
    except actions.Refused as refusal:
        return render(request, "tickets/share.html", shown | {"refusal": refusal.words}, status=422)
    return redirect(_address(member, number))


@require_http_methods(["GET", "HEAD", "POST"])
@member_view("ticket.redact_secret")
def blank(request: HttpRequest, member: access.Actor, number: int, entry: int) -> HttpResponse:
    """Blank the text of one entry for everybody, for ever; asked first."""
    row = one.found(member, number)
    event = _entry(queries.readable(row, member).blankable(), entry)
    form = forms_talk.Blank(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.blank(row.id, event.id, form.cleaned_data["reason"], by=member, at=timezone.now())
        except actions.Refused as refusal:
            form.add_error(None, refusal.words)
        else:
            return redirect(f"{_address(member, number)}#e-{event.id}")
    (shown,) = sheets.entries_of([event], row, member)
    page = {"number": number, "entry": shown, "form": form, "reference": queries.row_of(row, {}).reference, "section": "tickets"}
    return render(request, "tickets/blank.html", page, status=422 if form.errors else 200)


# --- canned replies


@require_safe
@member_view("ticket.work")
def replies(request: HttpRequest, member: access.Actor) -> HttpResponse:
    """The canned replies of the reader's organisation."""
    shown = {"replies": queries.canned_of(member), "may_write": access.may(member, "ticket.schedule"), "section": "tickets"}
    return render(request, "tickets/replies.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@member_view("ticket.schedule")
def new_reply(request: HttpRequest, member: access.Actor) -> HttpResponse:
    """Write another one."""
    form = forms_talk.Canned(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.add_canned(said["title"], said["text"], by=member, at=timezone.now())
        except actions.Refused as refusal:
            form.add_error("title", refusal.words)
        else:
            messages.success(request, f"Kept: {said['title']}.")
            return redirect("tickets:replies", member.tenant.slug)
    return render(request, "tickets/reply.html", {"form": form, "section": "tickets"}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@member_view("ticket.schedule")
def one_reply(request: HttpRequest, member: access.Actor, canned: int) -> HttpResponse:
    """Change one."""
    row = _canned(member, canned)
    form = forms_talk.Canned(
        request.POST if request.method == "POST" else None, initial={"title": row.title, "text": row.text, "seen": row.version}
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            try:
                actions.change_canned(row.number, said["title"], said["text"], by=member, at=timezone.now(), seen=said["seen"])
            except actions.Stale as refusal:
                form.add_error(None, refusal.words)
                status = 409
            except actions.Refused as refusal:
                form.add_error("title", refusal.words)
            else:
                messages.success(request, f"Changed: {said['title']}.")
                return redirect("tickets:replies", member.tenant.slug)
    return render(request, "tickets/reply.html", {"form": form, "canned": row, "section": "tickets"}, status=status)


@require_POST
@member_view("ticket.schedule")
def remove_reply(request: HttpRequest, member: access.Actor, canned: int) -> HttpResponse:
    """Remove one."""
    actions.remove_canned(_canned(member, canned).number, by=member)
    return redirect("tickets:replies", member.tenant.slug)


def _canned(member: access.Actor, canned: int) -> Canned:
    if canned >= INTEGER:
        raise Http404
    try:
        return queries.canned_numbered(member, canned)
    except Canned.DoesNotExist:
        raise Http404 from None


def _entry(rows: EventRows, entry: int) -> Event:
    """Return one entry of a ticket that this reader may read, or the page that says there is none."""
    if entry >= PLACE:
        raise Http404
    try:
        found: Event = rows.select_related("side").get(id=entry)
    except Event.DoesNotExist:
        raise Http404 from None
    return found


def _address(member: access.Actor, number: int) -> str:
    return reverse("tickets:ticket", args=[member.tenant.slug, number])


def _may(member: access.Actor) -> dict[str, bool]:
    """What entries offer their reader besides."""
    return {"works": access.may(member, "ticket.work"), "blanks": access.may(member, "ticket.redact_secret")}


def _number(word: str) -> int:
    """Return a number out of an address; what is none, or none of ours, is nought."""
    return int(word) if word.isascii() and word.isdecimal() and len(word) < len(str(PLACE)) else 0

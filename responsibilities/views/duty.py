"""One duty: who answers and why at a moment and a place, what both sides say about it, its texts, that it is still true."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from responsibilities import actions, forms, models, queries
from responsibilities.forms.lines import Say, Settle, Texts
from responsibilities.queries import attested, textline


@dataclass(frozen=True)
class Asked:
    """Which moment and place a page is asked for."""

    at: datetime
    site: str
    wrong: str = ""


@require_safe
@member_view("matrix.view")
def duty(request: HttpRequest, member: Actor, duty: str) -> HttpResponse:
    """Who answers for one duty, and why; for a script that moves the moment the answer alone."""
    return _page(request, member, duty)


@require_POST
@member_view("matrix.comment")
def comment(request: HttpRequest, member: Actor, duty: str) -> HttpResponse:
    """Say something that both sides read."""
    form = Say(request.POST)
    if form.is_valid():
        try:
            actions.comments.say(duty, form.cleaned_data["text"], place=form.cleaned_data["place"], by=member, at=timezone.now())
        except models.Duty.DoesNotExist:
            raise Http404 from None
        except actions.comments.CannotComment as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, "Comment added. The other side's managers hear of it.")
            return redirect(_back(request, member, duty, "comments"))
    return _page(request, member, duty, say=form)


@require_POST
@member_view("matrix.comment")
def settle(request: HttpRequest, member: Actor, duty: str) -> HttpResponse:
    """Mark a comment as settled."""
    form = Settle(request.POST)
    if not form.is_valid():
        return _page(request, member, duty, refusal="Choose one of the comments below, then settle it.")
    try:
        said = actions.comments.settle(duty, form.cleaned_data["comment"], by=member, at=timezone.now())
    except models.Comment.DoesNotExist:
        return _page(request, member, duty, refusal="This duty has no such comment. Choose one of those below.")
    messages.success(request, f"{said.name}'s comment is settled.")
    return redirect(_back(request, member, duty, "comments"))


@require_POST
@member_view("matrix.confirm_duty")
def confirm(request: HttpRequest, member: Actor, duty: str) -> HttpResponse:
    """Say that what is agreed is still true."""
    try:
        actions.confirming.confirm(duty, by=member, at=timezone.now())
    except models.Duty.DoesNotExist:
        raise Http404 from None
    messages.success(request, "Confirmed: still true today.")
    return redirect(_back(request, member, duty))


@member_view("matrix.assign_owner")
def texts(request: HttpRequest, member: Actor, duty: str) -> HttpResponse:
    """What whoever does it may do without asking, and their first steps: as the draft says them at one place."""
    place = request.POST.get("place", "") if request.method == "POST" else request.GET.get("place", "")
    line = textline.text_line(member, duty, place, timezone.now())
    if line is None:
        raise Http404
    if request.method != "POST":
        return _texts(request, line, Texts(initial={"place": place, "seen": line.stamp} | line.texts))
    form = Texts(request.POST)
    if not form.is_valid():
        return _texts(request, line, form, status=422)
    said = form.cleaned_data
    wanted = actions.texts.Wanted(said["authority"], said["first_steps"])
    try:
        actions.texts.set_texts(duty, place, wanted, seen=said["seen"], by=member, at=timezone.now())
    except actions.texts.StaleTexts as stale:
        return _texts(request, line, form, stale=stale, status=409)
    except actions.CannotEdit as refusal:
        form.add_error(None, str(refusal))
        return _texts(request, line, form, status=422)
    messages.success(request, "Texts saved in the draft.")
    return redirect(_back(request, member, duty, "texts"))


def _texts(
    request: HttpRequest,
    line: textline.TextLine,
    form: Texts,
    *,
    stale: actions.texts.StaleTexts | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = {"line": line, "form": form, "stale": stale, "section": "matrix"}
    return render(request, "responsibilities/texts.html", shown, status=status)


def _page(request: HttpRequest, member: Actor, duty: str, *, say: Say | None = None, refusal: str = "") -> HttpResponse:
    """Return the page; 422 where a moment cannot be read or something was refused."""
    asked = _asked(request, member)
    sheet = queries.sheet(member, duty, asked.at, asked.site)
    if sheet is None:
        raise Http404
    shown = {
        "sheet": sheet,
        "section": "matrix",
        "asked": request.GET.get("at", ""),
        "wrong": asked.wrong,
        "refusal": refusal,
        "kept": [("site", asked.site)] if asked.site else [],
        "words": urlencode(_words(request)),
        "say": say or Say(initial={"place": asked.site}),
        "blind": attested.of_duty(member, duty, asked.at),
        "may_ask": access.may(member, "attest.ask"),
        "clock": "" if request.GET.get("at") else sheet.hours,  # the frame tells what time it is, not what time is shown
        "alone": request.method == "GET" and bool(request.headers.get("HX-Request")),
    }
    template = "responsibilities/_duty_answer.html" if shown["alone"] else "responsibilities/duty.html"
    return render(request, template, shown, status=422 if asked.wrong or refusal or (say is not None and say.errors) else 200)


def _asked(request: HttpRequest, member: Actor) -> Asked:
    """Return what the address asks for: a place of this client, and a moment, in that place's time where it names no offset."""
    site, text = request.GET.get("site", ""), request.GET.get("at", "")
    if not textline.is_place(member, site):
        raise Http404
    try:
        at = forms.moment_of(text, member.zone) if text else timezone.now()
    except forms.BadMoment as refusal:
        return Asked(timezone.now(), site, str(refusal))
    if isinstance(at.tzinfo, ZoneInfo):
        at = at.replace(tzinfo=ZoneInfo(textline.zone_of(member, site, at)))
    return Asked(at, site)


def _words(request: HttpRequest) -> dict[str, str]:
    """Return the moment and the place of the address, as they were written."""
    return {name: request.GET[name] for name in ("at", "site") if request.GET.get(name)}


def _back(request: HttpRequest, member: Actor, duty: str, part: str = "") -> str:
    """Return the page of the duty, as it was asked for."""
    words = urlencode(_words(request))
    address = reverse("responsibilities:duty", args=[member.tenant.slug, duty])
    return f"{address}{'?' + words if words else ''}{'#' + part if part else ''}"

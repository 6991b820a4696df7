"""Backups: what is known of every job, handing in a list in two steps, and the limits."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comanaged.accounts import access
from comanaged.accounts.http import member_view
from monitoring import actions, forms, queries
from monitoring.domain import backup
from monitoring.models import Policy
from responsibilities import queries as responsibilities


@require_safe
@member_view("evidence.view")
def backups(request: HttpRequest, member: access.Actor) -> HttpResponse:
    """Every job with its last run, its last good run and its age against the limit."""
    at = timezone.now()
    board = queries.board_of(member.tenant, at)
    shown = {
        "section": "backups",
        "board": board,
        "said": queries.said_of(board, at),
        "uploads": access.may(member, "evidence.upload"),
        "checks": access.may(member, "check.run_now"),
        "sets_limits": access.may(member, "policy.tighten"),
        "answers": responsibilities.route(member.tenant_id, board.policy.duty, at, work="check"),
        "duty_name": responsibilities.duty_name(member.tenant_id, board.policy.duty),
    }
    return render(request, "monitoring/backups.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@member_view("evidence.upload")
def upload(request: HttpRequest, member: access.Actor) -> HttpResponse:
    """Choose a list, then see how it is read before it counts."""
    policy = queries.policy_of(member.tenant, timezone.now())
    if request.method != "POST":
        return _form(request, forms.Listing(initial=_first(policy, timezone.now())))
    form = forms.Listing(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form, status=422)
    return _preview(request, form)


@require_POST
@member_view("evidence.upload")
def hand_in(request: HttpRequest, member: access.Actor) -> HttpResponse:
    """Let a list that was looked at count."""
    form = forms.Listing(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form, status=422)
    said = form.cleaned_data
    try:
        done = actions.hand_in(said["content"], as_of=form.moment, how=form.how, filename=said["name"], by=member, at=timezone.now())
    except actions.CannotHandIn as refusal:
        form.add_error(None, list(refusal.reasons))
        return _form(request, form, status=422)
    again = "This very list was here before; nothing changed." if done.again else ""
    messages.success(request, again or f"{done.evidence.jobs} jobs with {done.evidence.runs} runs handed in. They are judged now.")
    return redirect("monitoring:backups", member.tenant.slug)


@require_POST
@member_view("check.run_now")
def check_now(request: HttpRequest, member: access.Actor) -> HttpResponse:
    """Look now instead of at the next quarter of an hour."""
    actions.run_now(by=member, at=timezone.now())
    messages.success(request, "The check runs now. Load this page again in a moment.")
    return redirect("monitoring:backups", member.tenant.slug)


@require_safe
@member_view("policy.tighten")
def limits(request: HttpRequest, member: access.Actor) -> HttpResponse:
    """The limits, to be changed."""
    policy = queries.policy_of(member.tenant, timezone.now())
    return _limits(request, member, forms.Limits(initial=_now(policy), duties=_duties(member)))


@require_POST
@member_view("policy.tighten")
def tighten(request: HttpRequest, member: access.Actor) -> HttpResponse:
    """Make limits stricter, or change how lists are read."""
    return _change(request, member)


@require_POST
@member_view("policy.loosen")
def loosen(request: HttpRequest, member: access.Actor) -> HttpResponse:
    """Make limits wider, with a reason and a second factor given just now."""
    return _change(request, member, wider=True)


def _change(request: HttpRequest, member: access.Actor, *, wider: bool = False) -> HttpResponse:
    form = forms.Limits(request.POST, duties=_duties(member))
    if form.is_valid():
        said = dict(form.cleaned_data)
        reason, wanted = said.pop("reason"), actions.Limits(**said)
        try:
            if wider:
                actions.loosen_limits(wanted, reason, by=member, at=timezone.now())
            else:
                actions.tighten_limits(wanted, by=member, at=timezone.now())
        except actions.CannotChange as refusal:
            form.add_error("reason" if wider and "why" in str(refusal) else None, str(refusal))
        else:
            messages.success(request, "The limits are saved, and the newest list is judged by them.")
            return redirect("monitoring:backups", member.tenant.slug)
    return _limits(request, member, form, status=422)


def _limits(request: HttpRequest, member: access.Actor, form: forms.Limits, *, status: int = 200) -> HttpResponse:
    shown = {"section": "backups", "form": form, "loosens": access.may(member, "policy.loosen"), "who": access.who_may("policy.loosen")}
    return render(request, "monitoring/limits.html", shown, status=status)


def _form(request: HttpRequest, form: forms.Listing, *, status: int = 200) -> HttpResponse:
    return render(request, "monitoring/upload.html", {"section": "backups", "form": form}, status=status)


def _preview(request: HttpRequest, form: forms.Listing) -> HttpResponse:
    """Show how the list is read; nothing is kept yet."""
    said = form.cleaned_data
    listing = backup.read(said["content"], form.how)
    again = forms.Listing(initial={**said, "as_of": said["as_of"].replace(tzinfo=None), "packed": forms.packed(said["content"])})
    shown: dict[str, Any] = {
        "section": "backups",
        "form": again,
        "listing": listing,
        "moment": form.moment,
        "later": sum(run.at > form.moment for run in listing.runs),
        "span": (min(run.at for run in listing.runs), max(run.at for run in listing.runs)) if listing.runs else None,
    }
    return render(request, "monitoring/preview.html", shown, status=200 if listing.runs else 422)


def _first(policy: Policy, at: datetime) -> dict[str, Any]:
    """What the form offers: now, and the way this client's lists are written."""
    local = at.astimezone(ZoneInfo(policy.zone)).replace(tzinfo=None)
    return {"as_of": local, "date_order": policy.date_order, "zone": policy.zone}


def _now(policy: Policy) -> dict[str, Any]:
    return {name: getattr(policy, name) for name in ("rpo_hours", "grace_hours", "streak", "duty", "date_order", "zone")}


def _duties(member: access.Actor) -> list[tuple[str, str]]:
    return [(duty.key, duty.name) for duty in responsibilities.duties_of(member.tenant_id)]

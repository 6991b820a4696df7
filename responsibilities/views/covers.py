"""Who stands in for whom: the list, covering at once, asking the other side, its answer, the end."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms as django_forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from comanaged.vocabulary import Side
from responsibilities import models
from responsibilities.actions import covering as actions
from responsibilities.forms.covers import CoverSomeone
from responsibilities.queries import covers as queries
from responsibilities.views import asking
from responsibilities.views.asking import Page


@require_safe
@member_view("matrix.view")
def covers(request: HttpRequest, member: Actor) -> HttpResponse:
    """Show who stands in for whom, and what waits for an answer."""
    about = {name: request.GET[name] for name in ("duty", "place") if request.GET.get(name)}
    shown = {"page": queries.page(member, timezone.now()), "about": f"?{urlencode(about)}" if about else "", "section": "covers"}
    return render(request, "responsibilities/covers.html", shown)


@require_http_methods(["GET", "POST"])
@member_view("cover.set_same_side")
def cover(request: HttpRequest, member: Actor) -> HttpResponse:
    """Let somebody of the own side stand in at once."""
    page = Page(
        "covers",
        "Cover someone of your side",
        "Cover them",
        _back(member),
        "Covers",
        f"It holds at once, for at most 30 days. Times are those of {member.zone}.",
    )
    return _arrange(request, member, page, member.side, actions.cover)


@require_http_methods(["GET", "POST"])
@member_view("cover.ask_other_side")
def ask_cover(request: HttpRequest, member: Actor) -> HttpResponse:
    """Ask the other side to stand in."""
    provider = access.provider_of(member.tenant_id, timezone.now())
    other = Side.INTERNAL if member.side is Side.PROVIDER else Side.PROVIDER
    name = "Internal IT" if other is Side.INTERNAL else provider.name if provider else "the provider"
    page = Page(
        "covers",
        f"Ask {name} to stand in",
        f"Ask {name}",
        _back(member),
        "Covers",
        f"Nothing changes until {name} says yes. At most 30 days. Times are those of {member.zone}.",
    )
    return _arrange(request, member, page, other, actions.ask_cover)


@require_http_methods(["GET", "POST"])
@member_view("cover.accept_other_side")
def accept_cover(request: HttpRequest, member: Actor, cover: int) -> HttpResponse:
    """Say yes to the other side."""
    return _answer(request, member, cover, actions.accept_cover, ("Stand in", "Say yes", "Agreed: it holds from its beginning on."))


@require_http_methods(["GET", "POST"])
@member_view("cover.accept_other_side")
def decline_cover(request: HttpRequest, member: Actor, cover: int) -> HttpResponse:
    """Say no to the other side."""
    told = ("Do not stand in", "Say no", "Declined: nothing changes, and they are told.")
    return _answer(request, member, cover, actions.decline_cover, told)


@require_http_methods(["GET", "POST"])
@member_view("cover.set_same_side")
def end_cover(request: HttpRequest, member: Actor, cover: int) -> HttpResponse:
    """End a stand-in early, or take a question back."""
    return _answer(request, member, cover, actions.end_cover, ("End a stand-in", "End it", "Ended: the matrix answers again."))


def _arrange(request: HttpRequest, member: Actor, page: Page, side: Side | None, act: Callable[..., models.Cover]) -> HttpResponse:
    at = timezone.now()
    own, theirs = (queries.choices(member.tenant_id, one, at) for one in (member.side or Side.INTERNAL, side or Side.INTERNAL))
    form = CoverSomeone(
        asking.sent(request),
        zone=member.zone,
        covered=own,
        by=theirs,
        duties=queries.duties(member.tenant_id),
        places=[(one.key, one.name) for one in queries.places(member.tenant_id)],
        initial={"starts_at": at, "duty": request.GET.get("duty", ""), "place": request.GET.get("place", "")},
    )

    def arrange(said: dict[str, Any]) -> str:
        row = act(_wanted(said), by=member, at=at)
        return queries.sentence(member, row, at) if row.state == models.Cover.State.AGREED else "They are asked. You hear what they say."

    return asking.answer(request, page, form, arrange)


def _wanted(said: dict[str, Any]) -> actions.Wanted:
    try:
        covered, stand_in = queries.parse(said["covered"]), queries.parse(said["by"])
    except queries.UnknownSubject as refusal:
        raise actions.CannotCover(str(refusal), "covered") from None
    return actions.Wanted(covered, stand_in, said["starts_at"], said["ends_at"], said["duty"], said["place"], said["reason"].strip())


def _answer(request: HttpRequest, member: Actor, cover: int, act: Callable[..., models.Cover], told: tuple[str, str, str]) -> HttpResponse:
    row = queries.cover_of(member, cover)
    if row is None:
        raise Http404
    heading, verb, said = told
    page = Page("covers", heading, verb, _back(member), "Covers", queries.sentence(member, row, timezone.now()))

    def do(_: dict[str, Any]) -> str:
        act(cover, by=member, at=timezone.now())
        return said

    return asking.answer(request, page, django_forms.Form(asking.sent(request)), do)


def _back(member: Actor) -> str:
    return reverse("responsibilities:covers", args=[member.tenant.slug])

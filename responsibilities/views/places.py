"""The client's places: the tree, and one page for each thing done to it."""

from typing import Any

from django import forms as django_forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from comanaged.vocabulary import PlaceKind
from responsibilities.actions import places as actions
from responsibilities.forms import places as forms
from responsibilities.models import Place
from responsibilities.queries import sites as queries
from responsibilities.views import asking
from responsibilities.views.asking import Page


@require_safe
@member_view("matrix.view")
def sites(request: HttpRequest, member: Actor) -> HttpResponse:
    """Show the client's places as a tree."""
    page = queries.sites(member, timezone.now())
    return render(request, "responsibilities/sites.html", {"page": page, "section": "sites"})


@require_http_methods(["GET", "POST"])
@member_view("place.edit")
def new_place(request: HttpRequest, member: Actor) -> HttpResponse:
    """Add a place."""
    around, tags = _choices(member)
    form = forms.AddPlace(asking.sent(request), around=around, tags=tags)
    page = Page("sites", "Add a place", "Add the place", _back(member), "Sites", "Rules for a nearer place count before wider ones.")

    def add(said: dict[str, Any]) -> str:
        row = actions.add_place(said["key"], PlaceKind(said["kind"]), _described(said), by=member, at=timezone.now())
        return f"{row.name} is a place of {member.tenant.name} now."

    return asking.answer(request, page, form, add)


@require_http_methods(["GET", "POST"])
@member_view("place.edit")
def change_place(request: HttpRequest, member: Actor, place: str) -> HttpResponse:
    """Rename, move or tag a place, or give it its zone."""
    row = _place(member, place)
    around, tags = _choices(member, row)
    shown = {"name": row.name, "parent": row.parent.key if row.parent else "", "zone": row.zone, "tags": row.tags, "position": row.position}
    form = forms.DescribePlace(asking.sent(request), initial=shown, around=around, tags=tags, kind=PlaceKind(row.kind))
    retire = reverse("responsibilities:retire_place", args=[member.tenant.slug, place])
    page = Page("sites", f"Change {row.name}", "Keep the change", _back(member), "Sites", link=(retire, f"Retire {row.name}"))

    def describe(said: dict[str, Any]) -> str:
        return f"{actions.describe_place(place, _described(said), by=member, at=timezone.now()).name} is changed."

    return asking.answer(request, page, form, describe)


@require_http_methods(["GET", "POST"])
@member_view("place.edit")
def retire_place(request: HttpRequest, member: Actor, place: str) -> HttpResponse:
    """Say what ends with a place, then end it."""
    row = _place(member, place)
    lines = queries.lines_at(member.tenant_id, timezone.now())[row.pk]
    page = Page(
        "sites",
        f"Retire {row.name}",
        f"Retire {row.name}",
        _back(member),
        "Sites",
        consequences=(
            f"{row.name} can no longer be chosen, for rows, tickets and alerts alike.",
            f"{lines or 'No'} line{'' if lines == 1 else 's'} of the matrix {'is' if lines == 1 else 'are'} about it. "
            "They stay as they were agreed and win nowhere any more; a finding says so for each until a new version leaves it out.",
            "What happened there stays in tickets and history under its name.",
        ),
    )

    def retire(_: dict[str, Any]) -> str:
        return f"{actions.retire_place(place, by=member, at=timezone.now()).name} is retired."

    return asking.answer(request, page, django_forms.Form(asking.sent(request)), retire)


def _back(member: Actor) -> str:
    return reverse("responsibilities:sites", args=[member.tenant.slug])


def _place(member: Actor, key: str) -> Place:
    row = queries.site(member, key)
    if row is None:
        raise Http404
    return row


def _choices(member: Actor, row: Place | None = None) -> tuple[forms.Choices, forms.Choices]:
    """Return what a place may lie in, and the tags it may carry; of a place that is there, as far as its kind allows."""
    rows = [one for one in queries.standing(member) if one != row]
    fits = frozenset(PlaceKind) if row is None else actions.LIES_IN[PlaceKind(row.kind)]
    around = [(one.key, f"{one.name} ({queries.WORDS[PlaceKind(one.kind)]})") for one in rows if PlaceKind(one.kind) in fits]
    return [("", member.tenant.name), *around], [(one.key, one.name) for one in rows if one.kind == PlaceKind.TAG]


def _described(said: dict[str, Any]) -> actions.Described:
    return actions.Described(
        name=said["name"].strip(),
        parent=said.get("parent", ""),
        zone=said["zone"].strip(),
        tags=tuple(said.get("tags", ())),
        position=said.get("position") or 0,
    )

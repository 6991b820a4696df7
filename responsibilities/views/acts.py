"""What is written in one act over many cells, and what is taken back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from comanaged.vocabulary import Letter, Party
from responsibilities import actions, forms
from responsibilities.actions import editing, pasting, undoing
from responsibilities.actions.writing import Spot, Wish
from responsibilities.views import answering
from responsibilities.views.answering import Refusal

Again = list[tuple[str, str]]


@require_POST
@member_view("matrix.assign_owner")
def bulk(request: HttpRequest, member: Actor) -> HttpResponse:
    """Write one thing into many cells of a party."""
    form = forms.Bulk(request.POST)
    if not form.is_valid():
        return _refused(request, member, Refusal("; ".join(str(text) for texts in form.errors.values() for text in texts)), 422)
    said = form.cleaned_data
    try:
        done = editing.write_all(_wish(said), said["cell"], by=member, at=timezone.now())
    except actions.Stale as stale:
        again = [(name, value) for name in ("party", "verb", "letter", "hours", "who") if (value := request.POST.get(name))]
        fresh = said["cell"] | {clash.spot: clash.stamp for clash in stale.clashes}
        kept = {spot: stamp for spot, stamp in said["cell"].items() if spot not in {clash.spot for clash in stale.clashes}}
        return _clashed(request, member, stale, [*again, *_cells(fresh)], [*again, *_cells(kept)] if kept else [])
    except actions.CannotEdit as refusal:
        return _refused(request, member, Refusal(str(refusal)), 422)
    words = " ".join([done.said, *([f"Left as they were: {' '.join(done.left[:5])}"] if done.left else [])])
    return _done(request, member, words, done.spots)


@require_POST
@member_view("matrix.assign_owner")
def undo(request: HttpRequest, member: Actor) -> HttpResponse:
    """Take back one's own last step, or let it be where somebody changed it since."""
    form = forms.Undo(request.POST)
    if not form.is_valid():
        return _refused(request, member, Refusal("Look at the matrix again, then take back the last step."), 422)
    said, at = form.cleaned_data, timezone.now()
    try:
        if said["keep"] and said["act"]:
            return _done(request, member, undoing.let_be(said["act"], by=member, at=at), ())
        done = undoing.undo(by=member, at=at, act=said["act"], seen=said.get("cell"))
    except undoing.StaleUndo as stale:
        fresh = _cells({clash.spot: clash.stamp for clash in stale.clashes})
        act = ("act", str(stale.act))
        return _clashed(request, member, stale, [act, *fresh], [act, ("keep", "on")])
    except actions.CannotEdit as refusal:
        return _refused(request, member, Refusal(str(refusal)), 422)
    return _done(request, member, done.said, done.spots)


@member_view("matrix.assign_owner")
def paste(request: HttpRequest, member: Actor) -> HttpResponse:
    """A block of a spreadsheet: asked for, or shown as it would be written."""
    if request.method != "POST":
        return _paste_page(
            request, member, forms.Paste(initial={"line": request.GET.get("line", ""), "party": request.GET.get("party", "")})
        )
    form = forms.Paste(request.POST)
    if not form.is_valid():
        return _paste_page(request, member, form, status=422)
    try:
        preview = pasting.preview(*_block(form.cleaned_data), by=member, at=timezone.now())
    except actions.CannotEdit as refusal:
        form.add_error(None, str(refusal))
        return _paste_page(request, member, form, status=422)
    return _paste_page(request, member, form, preview=preview)


@require_POST
@member_view("matrix.assign_owner")
def apply_paste(request: HttpRequest, member: Actor) -> HttpResponse:
    """Write a block that was shown."""
    form = forms.ApplyPaste(request.POST)
    if not form.is_valid():
        return _paste_page(request, member, form, status=422)
    said = form.cleaned_data
    try:
        done = pasting.paste(*_block(said), seen=said["cell"], by=member, at=timezone.now())
    except actions.Stale as stale:
        again = [(name, request.POST.get(name, "")) for name in ("text", "line", "party", "place")]
        clashed = {clash.spot: clash.stamp for clash in stale.clashes}
        kept = {spot: stamp for spot, stamp in said["cell"].items() if spot not in clashed}
        return _clashed(request, member, stale, [*again, *_cells(said["cell"] | clashed)], [*again, *_cells(kept)] if kept else [])
    except actions.CannotEdit as refusal:
        return _refused(request, member, Refusal(str(refusal)), 422)
    return _done(request, member, done.said, done.spots)


def _block(said: dict[str, Any]) -> tuple[str, Spot, Party | None]:
    return said["text"], Spot(said["line"], said["place"]), Party(said["party"]) if said["party"] else None


def _paste_page(
    request: HttpRequest, member: Actor, form: forms.Paste, *, preview: pasting.Preview | None = None, status: int = 200
) -> HttpResponse:
    shown = {
        "form": form,
        "preview": preview,
        "cells": _cells(dict(preview.seen)) if preview else [],
        "section": "matrix",
        "back": answering.grid_address(member),
    }
    return render(request, "responsibilities/paste.html", shown, status=status)


def _wish(said: dict[str, Any]) -> Wish:
    """Return what a bulk form wishes for."""
    party = Party(said["party"])
    letter = Letter(said["letter"]) if said["letter"] else None
    wishes = {
        "letter": lambda: editing.letter(party, letter or Letter.R, said["hours"] or None),
        "work": lambda: editing.work(party, said["hours"]),
        "clear": lambda: editing.cleared(party, letter),
        "hours": lambda: editing.hours(party, said["hours"]),
        "lead": lambda: editing.lead(party),
        "who": lambda: editing.who(party, letter or Letter.R, *said["who"]),
    }
    return wishes[said["verb"]]()


def _cells(stamps: dict[Spot, int]) -> Again:
    return [("cell", f"{spot.line}|{spot.place}|{stamp}") for spot, stamp in stamps.items()]


def _done(request: HttpRequest, member: Actor, words: str, spots: tuple[Spot, ...]) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return answering.rows(request, member, [spot.line for spot in spots], said=words, undo=request.path.endswith("/bulk/"))
    messages.success(request, f"{words} Draft saved.")
    return redirect(answering.grid_address(member))


def _refused(request: HttpRequest, member: Actor, refusal: Refusal, status: int) -> HttpResponse:
    """Say why nothing was written: beside the grid for a script, on a page of its own for everyone else."""
    if request.headers.get("HX-Request"):
        return answering.rows(request, member, [], refusal=refusal, status=status)
    shown = {"refusal": refusal, "section": "matrix", "again": request.path, "back": answering.grid_address(member)}
    return render(request, "responsibilities/refused.html", shown, status=status)


def _clashed(request: HttpRequest, member: Actor, stale: actions.Stale, mine: Again, theirs: Again) -> HttpResponse:
    """Show both values of every cell that somebody changed, with the way to insist and the way to let theirs be."""
    refusal = Refusal(str(stale), stale.theirs, stale.yours, tuple(mine), clashes=stale.clashes, keep=tuple(theirs))
    return _refused(request, member, refusal, 409)

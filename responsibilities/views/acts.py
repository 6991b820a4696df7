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
from responsibilities.actions import editing, undoing
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

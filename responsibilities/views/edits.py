"""What is written cell by cell: one cell's form, and one address per edit, answered by a redirect or by the lines alone."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from comanaged.vocabulary import Letter, Party
from responsibilities import actions, forms
from responsibilities.actions import editing
from responsibilities.actions.writing import Spot, Wish
from responsibilities.queries.cells import CellForm, cell_form
from responsibilities.views import answering
from responsibilities.views.answering import Refusal

PARTIES = {party.value.lower().replace("_", "-"): party for party in Party}
ORIGINS = {"duty", "findings"}  # pages that an edit leads back to; all others lead to the grid

Said = Mapping[str, Any]
View = Callable[..., HttpResponse]


@require_safe
@member_view("matrix.assign_owner")
def cell(request: HttpRequest, member: Actor, duty: str, party: str) -> HttpResponse:
    """The form of one cell: a page of its own, or what the popover shows."""
    if party not in PARTIES:
        raise Http404
    form = _cell(member, Spot(duty, request.GET.get("place", "")), PARTIES[party])
    name = "_cell" if request.headers.get("HX-Request") else "cell"
    shown = {"form": form, "section": "matrix", "back": _origin(request.GET.get("back", ""))}
    return render(request, f"responsibilities/{name}.html", shown)


def edit(action: str, shape: type[Form], wish: Callable[[Said], Wish]) -> View:
    """Make the view of one edit: what it sends, and what is wished for with it."""

    @require_POST
    @member_view(action)
    def edited(request: HttpRequest, member: Actor, duty: str) -> HttpResponse:
        def do(said: Said) -> actions.Edited:
            spot = Spot(duty, said["place"])
            return editing.write(wish(said), spot, seen=said["seen"], by=member, at=timezone.now())

        return _edit(request, member, duty, shape(request.POST), do)

    return edited


letter = edit(
    "matrix.assign_owner",
    forms.GiveLetter,
    lambda said: editing.letter(Party(said["party"]), Letter(said["letter"]), said["hours"] or None),
)
clear = edit(
    "matrix.assign_owner",
    forms.ClearLetter,
    lambda said: editing.cleared(Party(said["party"]), Letter(said["letter"]) if said["letter"] else None),
)
hours = edit("matrix.assign_owner", forms.GiveHours, lambda said: editing.hours(Party(said["party"]), said["hours"], said["was"]))
more_hours = edit("matrix.assign_owner", forms.GiveHours, lambda said: editing.more_hours(Party(said["party"]), said["hours"]))
lead = edit("matrix.assign_owner", forms.Cell, lambda said: editing.lead(Party(said["party"])))
who = edit(
    "matrix.name_person",
    forms.Name,
    lambda said: editing.who(Party(said["party"]), Letter(said["letter"]), said["who"][0], said["who"][1], said["was"]),
)
backup = edit(
    "matrix.name_person",
    forms.NameBackup,
    lambda said: editing.backup(Party(said["party"]), *said["who"]) if said["who"] else editing.no_backup(Party(said["party"])),
)
half = edit("matrix.assign_owner", forms.Half, lambda said: editing.half(Party(said["party"]), said["text"], said["was"]))
only = edit("matrix.assign_owner", forms.Only, lambda said: editing.qualifier(Party(said["party"]), Letter(said["letter"]), said["text"]))
besides = edit("matrix.assign_owner", forms.PickLetter, lambda said: editing.besides(Party(said["party"]), Letter(said["letter"])))
nobody = edit(
    "matrix.assign_owner",
    forms.Nobody,
    lambda said: editing.somebody(Letter(said["letter"])) if said["undo"] else editing.nobody(Letter(said["letter"])),
)


@require_POST
@member_view("matrix.assign_owner")
def add_place(request: HttpRequest, member: Actor, duty: str) -> HttpResponse:
    """Give a line a row for one place."""

    def do(said: Said) -> actions.Edited:
        return editing.add_place(Spot(duty, said["place"]), by=member, at=timezone.now())

    return _edit(request, member, duty, forms.Place(request.POST), do)


@require_POST
@member_view("matrix.assign_owner")
def inherit(request: HttpRequest, member: Actor, duty: str) -> HttpResponse:
    """Take a place's row away: it inherits again."""

    def do(said: Said) -> actions.Edited:
        return editing.remove_place(Spot(duty, said["place"]), seen=said["seen"], by=member, at=timezone.now())

    return _edit(request, member, duty, forms.Line(request.POST), do)


def _edit(request: HttpRequest, member: Actor, duty: str, form: Form, do: Callable[[Said], actions.Edited]) -> HttpResponse:
    """Do one edit and answer with its lines as they are now: for a script these alone, for everyone else the page they came from."""
    if not form.is_valid():
        return _refused(request, member, duty, Refusal("; ".join(str(text) for texts in form.errors.values() for text in texts)), 422)
    try:
        done = do(form.cleaned_data)
    except actions.Stale as stale:
        again = tuple(
            (name, value) for name, value in request.POST.dict().items() if name not in ("seen", "csrfmiddlewaretoken", "editor", "back")
        )
        stamp = stale.clashes[0].stamp
        return _refused(request, member, duty, Refusal(str(stale), stale.theirs, stale.yours, again, stamp), 409)
    except actions.CannotEdit as refusal:
        return _refused(request, member, duty, Refusal(str(refusal)), 422)
    if request.headers.get("HX-Request"):
        return answering.rows(request, member, [duty], said=done.said, form=_open_cell(request, member, duty))
    messages.success(request, f"{done.said} Draft saved.")
    return redirect(_back(request, member, duty))


def _refused(request: HttpRequest, member: Actor, duty: str, refusal: Refusal, status: int) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return answering.rows(request, member, [duty], refusal=refusal, status=status, form=_open_cell(request, member, duty))
    party = request.POST.get("party", "")
    whose = Party(party) if party in Party.__members__ else Party.INTERNAL
    form = cell_form(member, duty, whose, timezone.now(), _place(request)) or _cell(member, Spot(duty), whose)
    shown = {"form": form, "refusal": refusal, "section": "matrix", "again": request.path, "back": _origin(request.POST.get("back", ""))}
    return render(request, "responsibilities/cell.html", shown, status=status)


def _open_cell(request: HttpRequest, member: Actor, duty: str) -> CellForm | None:
    """Return the form that is open beside the grid, as it is after the edit."""
    party = request.POST.get("party", "")
    if not request.POST.get("editor") or party not in Party.__members__:
        return None
    place = "" if request.path.endswith("/inherit/") else _place(request)
    return cell_form(member, duty, Party(party), timezone.now(), place)


def _cell(member: Actor, spot: Spot, party: Party) -> CellForm:
    form = cell_form(member, spot.line, party, timezone.now(), spot.place)
    if form is None:
        raise Http404
    return form


def _place(request: HttpRequest) -> str:
    return request.POST.get("place", "")


def _back(request: HttpRequest, member: Actor, duty: str) -> str:
    """Return where the person was: the duty's page, the findings, or the duty's line of the grid that is written."""
    slug, where = member.tenant.slug, _origin(request.POST.get("back", ""))
    if where == "duty" and not duty.endswith(".all"):
        return reverse("responsibilities:duty", args=[slug, duty])
    if where == "findings":
        return reverse("responsibilities:findings", args=[slug])
    return answering.grid_address(member, duty)


def _origin(word: str) -> str:
    """Return the page an edit began on, as far as it is one of those that lead back."""
    return word if word in ORIGINS else ""

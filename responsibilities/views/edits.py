"""What is written: one cell's form, and one address per edit, answered by a redirect or by the row alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from comanaged.vocabulary import Hours, Letter, Party
from responsibilities import actions, forms
from responsibilities.queries import grid, reading
from responsibilities.queries.sheet import CellForm, cell_form

PARTIES = {party.value.lower().replace("_", "-"): party for party in Party}
ORIGINS = {"duty", "findings"}  # pages that an edit leads back to; all others lead to the grid

Said = Mapping[str, Any]


@dataclass(frozen=True)
class Refusal:
    """Why an edit was not made; of a stale one, both values and what to send to insist."""

    words: str
    theirs: str = ""
    yours: str = ""
    again: tuple[tuple[str, str], ...] = ()


@require_safe
@member_view("matrix.assign_owner")
def cell(request: HttpRequest, member: Actor, duty: str, party: str) -> HttpResponse:
    """The form of one cell: a page of its own, or what the popover shows."""
    if party not in PARTIES:
        raise Http404
    form = _cell(member, duty, PARTIES[party])
    shown = {"form": form, "section": "matrix", "back": _origin(request.GET.get("back", ""))}
    return render(request, _template(request, "cell"), shown)


@require_POST
@member_view("matrix.assign_owner")
def letter(request: HttpRequest, member: Actor, duty: str) -> HttpResponse:
    """Give a letter; an A moves."""

    def do(said: Said) -> actions.Edited:
        hours = Hours(said["hours"]) if said["hours"] else None
        return actions.set_letter(
            duty, Party(said["party"]), Letter(said["letter"]), hours=hours, seen=said["seen"], by=member, at=timezone.now()
        )

    return _edit(request, member, duty, forms.GiveLetter(request.POST), do)


@require_POST
@member_view("matrix.assign_owner")
def clear(request: HttpRequest, member: Actor, duty: str) -> HttpResponse:
    """Take a letter away, or the whole cell."""

    def do(said: Said) -> actions.Edited:
        given = Letter(said["letter"]) if said["letter"] else None
        return actions.clear_letter(duty, Party(said["party"]), given, seen=said["seen"], by=member, at=timezone.now())

    return _edit(request, member, duty, forms.ClearLetter(request.POST), do)


@require_POST
@member_view("matrix.assign_owner")
def hours(request: HttpRequest, member: Actor, duty: str) -> HttpResponse:
    """Say when a party does the duty."""

    def do(said: Said) -> actions.Edited:
        return actions.set_hours(duty, Party(said["party"]), Hours(said["hours"]), seen=said["seen"], by=member, at=timezone.now())

    return _edit(request, member, duty, forms.GiveHours(request.POST), do)


@require_POST
@member_view("matrix.assign_owner")
def lead(request: HttpRequest, member: Actor, duty: str) -> HttpResponse:
    """Say who answers first."""

    def do(said: Said) -> actions.Edited:
        return actions.set_lead(duty, Party(said["party"]), seen=said["seen"], by=member, at=timezone.now())

    return _edit(request, member, duty, forms.Cell(request.POST), do)


def _edit(request: HttpRequest, member: Actor, duty: str, form: forms.Cell, do: Callable[[Said], actions.Edited]) -> HttpResponse:
    """Do one edit and answer with the row as it is now: for a script the row alone, for everyone else the page they came from."""
    if not form.is_valid():
        return _refused(request, member, duty, Refusal("; ".join(str(text) for texts in form.errors.values() for text in texts)), 422)
    try:
        done = do(form.cleaned_data)
    except actions.Stale as stale:
        again = tuple((name, str(value)) for name, value in form.cleaned_data.items() if name != "seen")
        return _refused(request, member, duty, Refusal(str(stale), stale.theirs, stale.yours, again), 409)
    except actions.CannotEdit as refusal:
        return _refused(request, member, duty, Refusal(str(refusal)), 422)
    if request.headers.get("HX-Request"):
        return _row(request, member, duty, said=done.said)
    messages.success(request, f"{done.said} Draft saved.")
    return redirect(_back(request, member, duty))


def _back(request: HttpRequest, member: Actor, duty: str) -> str:
    """Return where the person was: the duty's page, the findings, or the duty's line of the grid."""
    slug, where = member.tenant.slug, _origin(request.POST.get("back", ""))
    if where == "duty":
        return reverse("responsibilities:duty", args=[slug, duty])
    if where == "findings":
        return reverse("responsibilities:findings", args=[slug])
    return f"{reverse('responsibilities:matrix', args=[slug])}#d-{duty.replace('.', '-')}"


def _origin(word: str) -> str:
    """Return the page an edit began on, as far as it is one of those that lead back."""
    return word if word in ORIGINS else ""


def _refused(request: HttpRequest, member: Actor, duty: str, refusal: Refusal, status: int) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return _row(request, member, duty, refusal=refusal, status=status)
    party = request.POST.get("party", "")
    form = _cell(member, duty, Party(party) if party in Party.__members__ else Party.INTERNAL)
    shown = {"form": form, "refusal": refusal, "section": "matrix", "again": request.path, "back": _origin(request.POST.get("back", ""))}
    return render(request, "responsibilities/cell.html", shown, status=status)


def _row(
    request: HttpRequest, member: Actor, duty: str, *, said: str = "", refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    """Return one row, the counts of the views, the words for those who do not see it, and the open cell again."""
    page = grid.page(member, _shown_moment(request, member), reverse("responsibilities:matrix", args=[member.tenant.slug]))
    line = next((line for group in page.groups for line in group.lines if line.key == duty), None)
    if line is None:
        raise Http404
    party = request.POST.get("party", "")
    open_cell = _cell(member, duty, Party(party)) if request.POST.get("editor") and party in Party.__members__ else None
    shown = {
        "page": page,
        "line": line,
        "said": said,
        "refusal": refusal,
        "again": request.path,
        "form": open_cell,
        "client": member.tenant,
    }
    return render(request, "responsibilities/_edited.html", shown, status=status)


def _shown_moment(request: HttpRequest, member: Actor) -> datetime:
    """Return the moment that the page around the row shows: the one in its address, else now."""
    asked = QueryDict(urlsplit(request.headers.get("HX-Current-URL", "")).query).get("at")
    try:
        return forms.moment_of(str(asked), member.zone) if asked else timezone.now()
    except forms.BadMoment:
        return timezone.now()


def _cell(member: Actor, duty: str, party: Party) -> CellForm:
    at = timezone.now()
    reader = grid.reader_of(reading.version_at(member.tenant_id, at), member.tenant_id, at, {duty})
    known = reader.matrix.duties.get(duty)
    if known is None:
        raise Http404
    return cell_form(grid.line_of(reader, known), party, list(reader.matrix.rules.get(duty, ())))


def _template(request: HttpRequest, name: str) -> str:
    return f"responsibilities/_{name}.html" if request.headers.get("HX-Request") else f"responsibilities/{name}.html"

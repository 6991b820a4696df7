"""How the grid answers an edit: the lines it changed, their fixes, the counts of the views, and words for those who do not see it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from comanaged.accounts.access import Actor
from responsibilities import forms
from responsibilities.actions.writing import Clash
from responsibilities.domain import raci
from responsibilities.queries import grid, reading
from responsibilities.queries.cells import CellForm
from responsibilities.queries.grid import Asked


@dataclass(frozen=True)
class Refusal:
    """Why an edit was not made; of a stale one, both values, what to send to insist, and the stamps to insist with."""

    words: str
    theirs: str = ""
    yours: str = ""
    again: tuple[tuple[str, str], ...] = ()
    stamp: int = 0
    clashes: tuple[Clash, ...] = ()
    keep: tuple[tuple[str, str], ...] = ()  # what to send to let theirs be and go on


def asked_of(words: Mapping[str, Any]) -> Asked:
    """Return what an address asks the grid for."""
    opened = str(words.get("open", ""))
    return Asked(str(words.get("view", "all")), str(words.get("site", "")), frozenset(filter(None, opened.split(","))))


def moment_of(request: HttpRequest, words: Mapping[str, Any], member: Actor) -> datetime:
    """Return the moment that an address asks for, now where it cannot be read."""
    try:
        return forms.moment_of(str(words["at"]), member.zone) if words.get("at") else timezone.now()
    except forms.BadMoment:
        return timezone.now()


def rows(
    request: HttpRequest,
    member: Actor,
    changed: Iterable[str],
    *,
    said: str = "",
    refusal: Refusal | None = None,
    status: int = 200,
    form: CellForm | None = None,
    undo: bool = False,
) -> HttpResponse:
    """Return the lines that changed as the page around them shows them: those of one duty, or else the whole body of the grid."""
    around = QueryDict(urlsplit(request.headers.get("HX-Current-URL", "")).query)
    asked = asked_of(around)
    base = reverse("responsibilities:matrix", args=[member.tenant.slug])
    page = grid.page(member, moment_of(request, around, member), base, asked, draft=True)
    known = list(dict.fromkeys(changed))
    only = known[0] if len(known) == 1 and not known[0].endswith(".all") else ""
    line = grid.page_line(page, only) if only else None
    if only and line is None:
        whole = grid.page(member, moment_of(request, around, member), base, Asked("all", asked.place, asked.open), draft=True)
        line = grid.page_line(whole, only)
    shown = {
        "page": page,
        "line": line,
        "said": said,
        "refusal": refusal,
        "refused": _refused_row(known) if refusal else "",
        "again": request.path,
        "form": form,
        "undo": undo,
        "base": base,
        "kept": kept(asked),
        "client": member.tenant,
    }
    answer = render(request, "responsibilities/_edited.html", shown, status=status)
    answer["HX-Retarget"] = f"#{line.id}" if line else "#grid-body"
    answer["HX-Reswap"] = "outerHTML" if line else "innerHTML"
    return answer


def kept(asked: Asked) -> list[tuple[str, str]]:
    """Return the words of an address that another moment keeps."""
    words = {"view": "" if asked.view == "all" else asked.view, "site": asked.place, "open": ",".join(sorted(asked.open))}
    return [(name, word) for name, word in words.items() if word]


def grid_address(member: Actor, line: str = "") -> str:
    """Return where the open version is written: the draft's own page once a version is in force."""
    versions = reading.versions_of(member.tenant_id)
    apart = any(version.in_force_at for version in versions)
    address = reverse("responsibilities:draft" if apart else "responsibilities:matrix", args=[member.tenant.slug])
    about = raci.about(line)
    return f"{address}#{grid.line_id(line) if about == line else grid.head_id(about)}" if line else address


def _refused_row(lines: list[str]) -> str:
    about = raci.about(lines[0]) if lines else ""
    return "" if len(lines) != 1 else grid.line_id(about) if about == lines[0] else grid.head_id(about)

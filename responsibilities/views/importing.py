"""A client's own sheet: brought, waited for, checked row by row, and written into the draft."""

import hashlib
from collections.abc import Callable
from typing import Any

from django import forms as shapes
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from responsibilities.actions import importing, returning
from responsibilities.actions.importing import CannotImport, CannotUpload, Seen, StaleChoice, StaleReview
from responsibilities.actions.starting import CannotStart
from responsibilities.actions.writing import Clash, Stale
from responsibilities.domain import raci
from responsibilities.domain.importing import CannotDecide, First, Marks
from responsibilities.domain.raci import CannotEdit
from responsibilities.forms import importing as forms
from responsibilities.models import Upload
from responsibilities.queries import returned, uploads
from responsibilities.queries.uploads import Clashed
from responsibilities.views import answering, asking
from responsibilities.views.answering import Refusal

REFUSALS = (CannotImport, CannotDecide, CannotEdit, CannotStart)
GONE = "Load the page again, then decide."


@require_http_methods(["GET", "HEAD", "POST"])
@member_view("matrix.import")
def bring(request: HttpRequest, member: Actor) -> HttpResponse:
    """Bring a file, or paste cells; a worker reads it."""
    form = forms.Bring(request.POST, request.FILES) if request.method == "POST" else forms.Bring()
    if request.method == "POST" and form.is_valid():
        try:
            done = importing.upload(form.cleaned_data["name"], form.cleaned_data["content"], by=member, at=timezone.now())
        except CannotUpload as refusal:
            form.add_error("file", str(refusal))
        else:
            if done.again:
                messages.info(request, "This very file was brought before and is not decided yet. Here it is.")
            return redirect("responsibilities:import", member.tenant.slug, done.upload.number)
    shown = {"form": form, "uploads": uploads.newest(member.tenant_id), "section": "matrix"}
    return render(request, "responsibilities/import_new.html", shown, status=asking.UNFIT if form.errors else 200)


@require_safe
@member_view("matrix.import")
def look(request: HttpRequest, member: Actor, upload: int) -> HttpResponse:
    """How far a sheet is: being read, refused, to be checked, written or left."""
    row = _upload(member, upload)
    if request.headers.get("If-None-Match") and request.headers.get("HX-Request"):
        return _progress(request, member, row)
    return _page(request, member, row, opened=request.GET.get("row", ""))


@require_POST
@member_view("matrix.import")
def choose(request: HttpRequest, member: Actor, upload: int) -> HttpResponse:
    """Say where one row goes."""
    form = forms.Choose(request.POST)
    if not form.is_valid():
        return _refused(request, member, upload, _first_error(form))
    said, at = form.cleaned_data, timezone.now()
    try:
        row = importing.decide_line(upload, said["line"], said["choice"], was=said["was"], by=member, at=at)
    except StaleChoice as stale:
        row = _upload(member, upload)
        named = [uploads.choice_words(choice, row, at) for choice in (stale.theirs.choice, stale.yours)]
        clash = Clashed(named[0], named[1], stale.yours, stale.theirs.choice, stale.theirs.who)
        return _answer(request, member, row, said["line"], clash=clash, status=409)
    except REFUSALS as refusal:
        return _refused(request, member, upload, str(refusal))
    return _answer(request, member, row, said["line"])


@require_POST
@member_view("matrix.import")
def take_guesses(request: HttpRequest, member: Actor, upload: int) -> HttpResponse:
    """Take every guess as it stands."""
    return _decide(request, member, upload, None, lambda said: importing.take_guesses(upload, by=member, at=timezone.now()), part="guessed")


@require_POST
@member_view("matrix.import")
def columns(request: HttpRequest, member: Actor, upload: int) -> HttpResponse:
    """Say whose columns are whose."""
    form = forms.Columns(request.POST)
    return _decide(
        request,
        member,
        upload,
        form,
        lambda said: importing.decide_columns(upload, said["columns"], by=member, at=timezone.now()),
        part="columns",
    )


@require_POST
@member_view("matrix.import")
def answer(request: HttpRequest, member: Actor, upload: int) -> HttpResponse:
    """Answer the one question: does whoever is accountable also do it?"""
    form = forms.Answer(request.POST)
    return _decide(
        request,
        member,
        upload,
        form,
        lambda said: importing.answer(upload, said["also"] == "yes", by=member, at=timezone.now()),
        part="question",
    )


@require_POST
@member_view("matrix.import")
def explain(request: HttpRequest, member: Actor, upload: int) -> HttpResponse:
    """Say what it means to be named or marked."""
    form = forms.Explain(request.POST)
    return _decide(
        request,
        member,
        upload,
        form,
        lambda said: importing.explain_marks(upload, Marks(said["marks"]), by=member, at=timezone.now()),
        part="marks",
    )


@require_POST
@member_view("matrix.import")
def say_rest(request: HttpRequest, member: Actor, upload: int) -> HttpResponse:
    """Say what no row says: who answers first, and where the duties come from that the sheet leaves out."""
    form = forms.Rest(request.POST)
    return _decide(
        request,
        member,
        upload,
        form,
        lambda said: importing.say_rest(
            upload, First(said["first"]) if said["first"] else None, said["fill"], by=member, at=timezone.now()
        ),
        part="unsaid",
    )


@require_POST
@member_view("matrix.import")
def tables(request: HttpRequest, member: Actor, upload: int) -> HttpResponse:
    """Choose which tables of the file are imported."""
    row = _upload(member, upload)
    form = forms.Tables(request.POST, numbers=len((row.reading or {}).get("tables", ())))
    return _decide(
        request,
        member,
        upload,
        form,
        lambda said: importing.take_tables(upload, said["table"], by=member, at=timezone.now()),
        part="tables",
    )


@require_POST
@member_view("matrix.import")
def write(request: HttpRequest, member: Actor, upload: int) -> HttpResponse:
    """Write what was checked into the draft."""
    row, form = _upload(member, upload), forms.Write(request.POST)
    if not form.is_valid():
        return _refused(request, member, upload, GONE)
    said = form.cleaned_data
    try:
        act = returning.write if returned.is_ours(row) else importing.write
        done = act(upload, Seen(said["seen"], said["draft"], said["lines"]), by=member, at=timezone.now())
    except Stale as stale:
        return _clashed(request, member, row, stale, said)
    except StaleReview as stale_review:
        told = "; ".join(stale_review.rows[:5])
        return _page(request, member, row, wrong=f"{stale_review}{f' Changed: {told}.' if told else ''}", status=409)
    except REFUSALS as refusal:
        return _refused(request, member, upload, str(refusal))
    messages.success(request, f"{done.said} Undo in the grid takes all of it back.")
    return redirect("responsibilities:import", member.tenant.slug, upload)


@require_POST
@member_view("matrix.import")
def leave(request: HttpRequest, member: Actor, upload: int) -> HttpResponse:
    """Let the file be; nothing of it is written."""
    _upload(member, upload)
    try:
        row = importing.leave(upload, by=member, at=timezone.now())
    except REFUSALS as refusal:
        return _refused(request, member, upload, str(refusal))
    messages.success(request, f"{row.filename} was left. Nothing of it is written.")
    return redirect("responsibilities:bring_sheet", member.tenant.slug)


@require_POST
@member_view("matrix.import")
def resume(request: HttpRequest, member: Actor, upload: int) -> HttpResponse:
    """Go on with the rows that were not written."""
    _upload(member, upload)
    try:
        importing.resume(upload, by=member, at=timezone.now())
    except REFUSALS as refusal:
        return _refused(request, member, upload, str(refusal))
    return redirect("responsibilities:import", member.tenant.slug, upload)


def _upload(member: Actor, number: int) -> Upload:
    row = uploads.upload_of(member.tenant_id, number)
    if row is None:
        raise Http404
    row.tenant = member.tenant
    return row


def _decide(
    request: HttpRequest, member: Actor, number: int, form: shapes.Form | None, act: Callable[[dict[str, Any]], Upload], *, part: str
) -> HttpResponse:
    """Keep one decision about the whole sheet, and show the sheet under it."""
    _upload(member, number)
    if form is not None and not form.is_valid():
        return _refused(request, member, number, _first_error(form))
    try:
        act(form.cleaned_data if form is not None else {})
    except REFUSALS as refusal:
        return _refused(request, member, number, str(refusal))
    if request.headers.get("HX-Request"):
        return _fragment(request, member, _upload(member, number))
    return redirect(f"{_address(member, number)}#{part}")


def _address(member: Actor, number: int) -> str:
    return reverse("responsibilities:import", args=[member.tenant.slug, number])


def _first_error(form: shapes.Form) -> str:
    return next(str(text) for texts in form.errors.values() for text in texts)


def _answer(
    request: HttpRequest, member: Actor, row: Upload, line: str, *, clash: Clashed | None = None, status: int = 200
) -> HttpResponse:
    """Return one row as it stands now, with the counts around it; the whole page to who has no script."""
    if not request.headers.get("HX-Request"):
        if clash is None:
            return redirect(f"{_address(member, row.number)}#row-{line}")
        return _page(request, member, row, opened=line, clash=(line, clash), status=status)
    row.tenant = member.tenant
    page = uploads.review(row, member, timezone.now(), opened=line, clash=(line, clash) if clash else None)
    found = next(((group, one) for group in page.groups for one in group.rows if one.id == line), None)
    shown = {"page": page, "group": found[0] if found else None, "one": found[1] if found else None, "client": member.tenant, "fresh": True}
    return render(request, "responsibilities/_import_answer.html", shown, status=status)


def _fragment(request: HttpRequest, member: Actor, row: Upload, *, wrong: str = "", status: int = 200) -> HttpResponse:
    page = uploads.review(row, member, timezone.now())
    shown = {"page": page, "client": member.tenant, "wrong": wrong}
    return render(request, "responsibilities/_import_review.html", shown, status=status)


def _page(
    request: HttpRequest,
    member: Actor,
    row: Upload,
    *,
    opened: str = "",
    clash: tuple[str, Clashed] | None = None,
    wrong: str = "",
    status: int = 200,
) -> HttpResponse:
    at = timezone.now()
    shown: dict[str, Any] = {
        "upload": row,
        "section": "matrix",
        "wrong": wrong,
        "matrix": answering.grid_address(member),
        "mark": _mark(row),
    }
    if row.state == Upload.State.READ and returned.is_ours(row):
        shown["back"] = returned.returned(row, member, at)
    elif row.state == Upload.State.READ:
        shown["page"] = uploads.review(row, member, at, opened=opened, clash=clash)
    elif row.state == Upload.State.WRITTEN:
        shown["written"] = uploads.written(row)
    return render(request, "responsibilities/import.html", shown, status=status)


def _mark(row: Upload) -> str:
    """Return what tells one state of the progress from another."""
    return hashlib.sha256(f"{row.pk} {row.state} {row.attempts}".encode()).hexdigest()[:16]


def _progress(request: HttpRequest, member: Actor, row: Upload) -> HttpResponse:
    """Return how far reading is, nothing where that is known already; once it has ended the page loads itself anew."""
    mark = _mark(row)
    if request.headers["If-None-Match"] == f'"{mark}"':
        response = HttpResponse(status=304)
    elif row.state == Upload.State.WAITING:
        response = render(request, "responsibilities/_import_progress.html", {"upload": row, "mark": mark, "client": member.tenant})
    else:
        response = HttpResponse(headers={"HX-Refresh": "true"})
    response["ETag"] = f'"{mark}"'
    return response


def _refused(request: HttpRequest, member: Actor, number: int, words: str) -> HttpResponse:
    """Say why something cannot be done with a sheet, beside the sheet as it is."""
    row = _upload(member, number)
    if request.headers.get("HX-Request") and row.state == Upload.State.READ and not returned.is_ours(row):
        response = _fragment(request, member, row, wrong=words, status=asking.UNFIT)
        response["HX-Retarget"], response["HX-Reswap"] = "#review", "outerHTML"
        return response
    return _page(request, member, row, wrong=words, status=asking.UNFIT)


def _clashed(request: HttpRequest, member: Actor, row: Upload, stale: Stale, said: dict[str, Any]) -> HttpResponse:
    """Show both values of every line of the draft that changed, with the way to insist and the way to let theirs be."""
    ours = returned.is_ours(row)
    fresh = returned.returned(row, member, timezone.now()) if ours else uploads.review(row, member, timezone.now())
    lines = {**said["lines"], **{_line(clash): clash.stamp for clash in stale.clashes}}
    shown = {one.partition("=")[0]: one.partition("=")[2] for one in fresh.seen.split(",") if one} if not said["draft"] else {}
    lines = {**{key: int(stamp) for key, stamp in shown.items()}, **lines}
    kept = {key: stamp for key, stamp in lines.items() if key not in set(map(_line, stale.clashes))}
    refusal = Refusal(
        str(stale), stale.theirs, stale.yours, _again(said, fresh, lines), clashes=stale.clashes, keep=_again(said, fresh, kept)
    )
    page = {"refusal": refusal, "section": "matrix", "again": request.path, "back": _address(member, row.number)}
    return render(request, "responsibilities/import_clash.html", page, status=409)


def _line(clash: Clash) -> str:
    return returned.word((raci.about(clash.spot.line), clash.spot.place))


def _again(said: dict[str, Any], fresh: uploads.Review | returned.Returned, lines: dict[str, int]) -> tuple[tuple[str, str], ...]:
    """Return what to send to write once more under these stamps."""
    stamps = ",".join(f"{key}={stamp}" for key, stamp in sorted(lines.items()))
    return ("seen", str(said["seen"])), ("draft", str(fresh.draft)), ("lines", stamps)

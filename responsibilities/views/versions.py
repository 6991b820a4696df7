"""Versions: their list, one of them with what it does and its signatures, the difference of any two, the appendix to print."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from responsibilities.actions import drafting, versions
from responsibilities.actions.versions import Moved, NotPossible
from responsibilities.forms import versions as forms
from responsibilities.queries import versions as reads
from responsibilities.queries.whole import whole


@require_safe
@member_view("matrix.view")
def listing(request: HttpRequest, member: Actor) -> HttpResponse:
    """Every version there is or was."""
    return render(request, "responsibilities/versions.html", {"page": reads.versions(member), "section": "matrix"})


@require_POST
@member_view("matrix.edit_draft")
def begin(request: HttpRequest, member: Actor) -> HttpResponse:
    """Begin the next version as a draft, or go to the one that is open."""
    try:
        draft = drafting.begin_draft(by=member, at=timezone.now())
    except drafting.CannotDraft as refusal:
        if reads.versions(member).open_number is None:
            page = {"page": reads.versions(member), "refusal": str(refusal), "section": "matrix"}
            return render(request, "responsibilities/versions.html", page, status=422)
        messages.success(request, str(refusal))
    else:
        messages.success(request, f"Version {draft.number} begins as a copy of what is in force. What is signed stays as it is.")
    return redirect("responsibilities:draft", member.tenant.slug)


@require_safe
@member_view("matrix.view")
def version(request: HttpRequest, member: Actor, version: int) -> HttpResponse:
    """One version: what it changes and does, what blocks it, who signed it."""
    return _page(request, member, version)


@require_POST
@member_view("matrix.propose_version")
def propose(request: HttpRequest, member: Actor, version: int) -> HttpResponse:
    """Ask the other side to sign the draft as it was shown."""
    form = forms.Shown(request.POST)
    seen = form.cleaned_data["content"] if form.is_valid() else ""
    try:
        done = versions.propose(version, seen=seen, by=member, at=timezone.now())
    except NotPossible as refusal:
        return _page(request, member, version, refusal=str(refusal), status=422)
    except Moved as stale:
        return _page(request, member, version, refusal=str(stale), status=409)
    messages.success(request, f"Version {done.number} is proposed. The other side hears of it now.")
    return redirect("responsibilities:version", member.tenant.slug, version)


@require_POST
@member_view("matrix.sign_client")
def sign_client(request: HttpRequest, member: Actor, version: int) -> HttpResponse:
    """Sign for the client."""
    return _sign(request, member, version)


@require_POST
@member_view("matrix.sign_provider")
def sign_provider(request: HttpRequest, member: Actor, version: int) -> HttpResponse:
    """Sign for the provider."""
    return _sign(request, member, version)


@require_POST
@member_view("matrix.withdraw_version")
def withdraw(request: HttpRequest, member: Actor, version: int) -> HttpResponse:
    """Take an open version back."""
    try:
        done = versions.withdraw(version, by=member, at=timezone.now())
    except NotPossible as refusal:
        return _page(request, member, version, refusal=str(refusal), status=422)
    except Moved as stale:
        return _page(request, member, version, refusal=str(stale), status=409)
    messages.success(request, f"Version {done.number} is withdrawn. What is in force stays in force.")
    return redirect("responsibilities:version", member.tenant.slug, version)


@require_safe
@member_view("matrix.view")
def compare(request: HttpRequest, member: Actor, span: tuple[int, int]) -> HttpResponse:
    """The difference of any two versions."""
    found = reads.compare(member, *span, timezone.now())
    if found is None:
        raise Http404
    return render(request, "responsibilities/difference.html", {"page": found, "section": "matrix"})


@require_safe
@member_view("matrix.view")
def appendix(request: HttpRequest, member: Actor, version: int) -> HttpResponse:
    """A version as the appendix of a contract, to print."""
    at = timezone.now()
    page = reads.sheet(member, version, at)
    if page is None:
        raise Http404
    shown = {
        "page": page,
        "whole": whole(page.content),
        "accepted": reads.acceptances(page.version, page.content, at),
        "dates": reads.dates(page.version),
        "section": "matrix",
    }
    return render(request, "responsibilities/appendix.html", shown)


def _sign(request: HttpRequest, member: Actor, number: int) -> HttpResponse:
    form = forms.Sign(request.POST)
    if not form.is_valid():
        return _page(request, member, number, form=form, status=422)
    said = form.cleaned_data
    try:
        done = versions.sign(number, seen=said["content"], typed_name=said["typed_name"], by=member, at=timezone.now())
    except NotPossible as refusal:
        if refusal.field:
            form.add_error(refusal.field, str(refusal))
            return _page(request, member, number, form=form, status=422)
        return _page(request, member, number, form=form, refusal="" if refusal.blocked else str(refusal), status=422)
    except Moved as stale:
        return _page(request, member, number, form=form, refusal=str(stale), status=409)
    if done.in_force:
        messages.success(request, f"You signed. Version {number} is in force from now on.")
    else:
        messages.success(request, f"You signed version {number}. It waits for the other side, who hear of it now.")
    return redirect("responsibilities:version", member.tenant.slug, number)


def _page(
    request: HttpRequest, member: Actor, number: int, *, form: forms.Sign | None = None, refusal: str = "", status: int = 200
) -> HttpResponse:
    page = reads.sheet(member, number, timezone.now())
    if page is None:
        raise Http404
    show = "whole" if request.GET.get("show") == "whole" or page.before is None else "changes"
    shown = {
        "page": page,
        "form": form,
        "typed": form["typed_name"].value() if form else "",
        "refusal": refusal,
        "refused": status in (409, 422),
        "show": show,
        "whole": whole(page.content, tuple(one.change for one in page.changes)) if show == "whole" else None,
        "section": "matrix",
    }
    return render(request, "responsibilities/version.html", shown, status=status)

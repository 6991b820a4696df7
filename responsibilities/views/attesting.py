"""Blind answers: asking, answering, what was said once it is open, taking a round back."""

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from comanaged.vocabulary import Hours, Side
from responsibilities import catalogue
from responsibilities.actions import attesting as actions
from responsibilities.domain import attesting
from responsibilities.domain.attesting import Says
from responsibilities.forms.attesting import AnswerBlind, AskBlind, field_of, words_of
from responsibilities.queries import attested, reading
from responsibilities.queries import attesting as queries
from responsibilities.views import asking
from responsibilities.views.asking import Page

SECTION = "findings"
HALVES = {half.lower(): half for half in attesting.HALVES}
LONGEST = 80  # characters of a duty's key


@require_safe
@member_view("attest.read_opened")
def blind(request: HttpRequest, member: Actor) -> HttpResponse:
    """What both sides said apart, against each other and against the paper."""
    page = attested.page(member, timezone.now(), request.GET.get("show", ""))
    return render(request, "responsibilities/attested.html", {"page": page, "section": SECTION})


@require_http_methods(["GET", "POST"])
@member_view("attest.ask")
def ask(request: HttpRequest, member: Actor) -> HttpResponse:
    """Ask people of both sides, each alone, who does what."""
    at, one = timezone.now(), request.GET.get("duty", "")
    page = Page(
        SECTION,
        "Ask both sides blind",
        "Ask them",
        _results(member),
        "Blind answers",
        "Each answers alone: who does this? Answers about a duty open once everybody asked has answered, at the latest after 14 days.",
        (
            "Nobody sees an answer before it opens, nor who has answered.",
            "Everybody you choose gets a notice, and a reminder while an answer of their own is missing.",
        ),
    )
    form = AskBlind(asking.sent(request), **_offered(member, one))

    def act(said: dict[str, Any]) -> str:
        duties = queries.duties_of(member.tenant_id, said["what"], said["category"], said["duty"], at)
        row = actions.ask(actions.Wanted([duty.key for duty in duties], form.people()), by=member, at=at)
        return f"Asked. Answers open by themselves, at the latest on {row.opens_at:%-d %B}."

    return asking.answer(request, page, form, act)


@require_http_methods(["GET", "POST"])
@member_view("attest.answer")
def answer(request: HttpRequest, member: Actor) -> HttpResponse:
    """Say who does what, without seeing what others say or what is written."""
    mine, form = _questions(request, member)
    if request.method != "POST":
        return _answer(request, member, mine, form)
    if not form.is_valid():
        return _answer(request, member, mine, form, status=422)
    try:
        taken = actions.answer(_said(request, mine, form, member), by=member, at=timezone.now())
    except actions.TooLate as refusal:
        mine, form = _questions(request, member)
        form.add_error(None, str(refusal))
        return _answer(request, member, mine, form, status=refusal.status)
    messages.success(request, _told(taken))
    return redirect("responsibilities:blind_answer", member.tenant.slug)


@require_http_methods(["GET", "POST"])
@member_view("attest.ask")
def withdraw(request: HttpRequest, member: Actor, attestation: int) -> HttpResponse:
    """Take back what one asked."""
    row = queries.round_of(member, attestation)
    if row is None:
        raise Http404
    page = Page(
        SECTION,
        "Take a round back",
        "Take it back",
        _results(member),
        "Blind answers",
        f"Asked by {row.asked_by} on {row.asked_at:%-d %B %Y}.",
        ("What is not open yet is asked no more, and what was said of it is never shown.", "What is open stays open."),
    )

    def act(_: dict[str, Any]) -> str:
        actions.withdraw(attestation, by=member, at=timezone.now())
        return "Taken back. What was not open yet stays unseen."

    return asking.answer(request, page, django_forms.Form(asking.sent(request)), act)


def _offered(member: Actor, one: str) -> dict[str, Any]:
    """Return what the form of asking offers, with those chosen whom the matrix names for what is asked."""
    at = timezone.now()
    people = queries.candidates(member.tenant_id, at)
    duties = queries.duties_of(member.tenant_id, queries.ALL, "", "", at)
    known = one if one in {duty.key for duty in duties} else ""
    chosen = queries.suggested(member.tenant_id, [known] if known else [duty.key for duty in duties], at)
    sides = {side.lower(): [person for person in people if person.side is side] for side in Side}
    return {
        "categories": [(key.key, key.name) for key in catalogue.categories() if key.key in {duty.category for duty in duties}],
        "duties": [(duty.key, duty.name) for duty in duties],
        "people": {side: [(str(person.user_id), person.name) for person in there] for side, there in sides.items()},
        "names": {side.lower(): _called(member, side) for side in Side},
        "initial": {"what": queries.ONE if known else queries.RISKY, "duty": known}
        | {side: [str(person.user_id) for person in there if person.user_id in chosen] for side, there in sides.items()},
    }


def _said(request: HttpRequest, mine: queries.Mine, form: AnswerBlind, member: Actor) -> dict[str, dict[Hours, Says]]:
    """Return what was sent, by duty and half; a duty that was on the page when it was shown and is none any more is told as late."""
    side = member.side or Side.INTERNAL
    said: dict[str, dict[Hours, Says]] = {}
    for duty in mine.duties:
        for part in duty.parts:
            if word := form.cleaned_data[field_of(duty, part)]:
                said.setdefault(duty.key, {})[part.half] = attesting.absolute(word, side)
    for name, word in request.POST.items():
        half, _, key = name.partition(":")
        if name not in form.fields and half in HALVES and key.isprintable() and word in attesting.WORDS:
            said.setdefault(key[:LONGEST], {})[HALVES[half]] = attesting.absolute(str(word), side)
    return said


def _questions(request: HttpRequest, member: Actor) -> tuple[queries.Mine, AnswerBlind]:
    mine = queries.mine(member)
    return mine, AnswerBlind(asking.sent(request), duties=mine.duties, other=_other(member), auto_id="q-%s")


def _answer(request: HttpRequest, member: Actor, mine: queries.Mine, form: AnswerBlind, status: int = 200) -> HttpResponse:
    words = words_of(_other(member))
    opened = [(duty, ", ".join(f"{part.words.lower()} {words[part.said]}".strip() for part in duty.parts)) for duty in mine.opened]
    groups = [
        (group.name, [(duty, [(part, form[field_of(duty, part)]) for part in duty.parts]) for duty in group.duties])
        for group in mine.groups
    ]
    shown = {"mine": mine, "form": form, "groups": groups, "opened": opened, "section": SECTION}
    return render(request, "responsibilities/attest_answer.html", shown, status=status)


def _told(taken: actions.Taken) -> str:
    kept = f"Kept: your answers about {taken.kept} dut{'y' if taken.kept == 1 else 'ies'}. You can change them until they open."
    late = f" {', '.join(taken.late)}: open by now, so your change was not taken." if taken.late else ""
    return f"{kept}{late}" if taken.kept else "Nothing was chosen yet."


def _other(member: Actor) -> str:
    return _called(member, Side.PROVIDER if member.side is Side.INTERNAL else Side.INTERNAL)


def _called(member: Actor, side: Side) -> str:
    provider = access.provider_of(member.tenant_id, timezone.now())
    return "Internal IT" if side is Side.INTERNAL else provider.name if provider else reading.NO_PROVIDER


def _results(member: Actor) -> str:
    """Return the page that asking leads back to."""
    return reverse("responsibilities:blind", args=[member.tenant.slug])

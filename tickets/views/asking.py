"""One form on a page of its own: shown, sent, refused in words with what was typed kept, or done and led back."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tickets import actions

UNFIT, STALE = 422, 409


@dataclass(frozen=True)
class Page:
    """What stands around a form: its heading and verb, where one came from, and what will happen, said before."""

    heading: str
    verb: str
    back: str  # address
    back_word: str
    lede: str = ""
    consequences: tuple[str, ...] = ()


def answer(
    request: HttpRequest, page: Page, form: forms.Form, act: Callable[[dict[str, Any]], str], template: str = "ask", **around: object
) -> HttpResponse:
    """Show the form; once it is sent and sound, do the act, say what it did and lead back."""
    status = UNFIT
    if request.method == "POST" and form.is_valid():
        try:
            said = act(form.cleaned_data)
        except actions.Refused as refusal:
            named = getattr(refusal, "field", "text")
            form.add_error(named if named in form.fields and not form.fields[named].widget.is_hidden else None, refusal.words)
            status = STALE if isinstance(refusal, actions.Stale) else UNFIT
        else:
            if said:
                messages.success(request, said)
            return redirect(page.back)
    shown = {"page": page, "form": form, "section": "tickets"} | around
    return render(request, f"tickets/{template}.html", shown, status=status if form.errors else 200)


def press(request: HttpRequest, page: Page, act: Callable[[str], str]) -> HttpResponse:
    """Do what a button alone says; refused, say why on a page that leads back."""
    form = forms.Form({})
    form.is_valid()
    try:
        said = act(request.POST.get("once", "")[:100])
    except actions.Refused as refusal:
        form.add_error(None, refusal.words)
        shown = {"page": page, "form": form, "section": "tickets", "closed": True}
        return render(request, "tickets/ask.html", shown, status=UNFIT)
    if said:
        messages.success(request, said)
    return redirect(page.back)


def sent(request: HttpRequest) -> Any:
    """Return what was sent, None for a form that is shown for the first time."""
    return request.POST if request.method == "POST" else None


def once() -> str:
    """Return a name for the submission of a form that is shown now."""
    return uuid.uuid4().hex

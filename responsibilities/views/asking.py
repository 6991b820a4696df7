"""One form on one page: shown, sent, refused in words with what was typed kept, or done and led back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from responsibilities.actions.keeping import Refusal

UNFIT = 422


@dataclass(frozen=True)
class Page:
    """What stands around a form: its heading and verb, where one came from, and what will happen, said before."""

    section: str
    heading: str
    verb: str
    back: str  # address
    back_word: str
    lede: str = ""
    consequences: tuple[str, ...] = ()
    link: tuple[str, str] | None = None  # another way: address, words


def answer(
    request: HttpRequest, page: Page, form: forms.Form, act: Callable[[dict[str, Any]], str], template: str = "ask", **around: object
) -> HttpResponse:
    """Show the form; once it is sent and sound, do the act, say what it did and lead back."""
    status = UNFIT
    if request.method == "POST" and form.is_valid():
        try:
            said = act(form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            form.data = {**request.POST.dict(), **refusal.again} if refusal.again else form.data
            status = refusal.status
        else:
            messages.success(request, said)
            return redirect(page.back)
    shown = {"page": page, "form": form, "section": page.section} | around
    return render(request, f"responsibilities/{template}.html", shown, status=status if form.errors else 200)


def sent(request: HttpRequest) -> Any:
    """Return what was sent, None for a form that is shown for the first time."""
    return request.POST if request.method == "POST" else None


def refused(request: HttpRequest, page: Page, words: str) -> HttpResponse:
    """Say why this cannot be done here, and show the other way."""
    form = forms.Form({})
    form.is_valid()
    form.add_error(None, words)
    return render(request, "responsibilities/ask.html", {"page": page, "form": form, "section": page.section, "closed": True}, status=UNFIT)

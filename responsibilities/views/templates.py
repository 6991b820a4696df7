"""How a matrix begins, and a provider's own templates to begin from."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.accounts.http import PROVIDERS_ROOMS, known_actors, member_view
from responsibilities.actions import starting, templates
from responsibilities.actions.starting import CannotStart
from responsibilities.forms import templates as forms
from responsibilities.queries import beginning, editions
from responsibilities.views import asking
from responsibilities.views.asking import Page

GONE = "This template is not there any more. Choose another one."


@require_http_methods(["GET", "POST"])
@member_view("template.adopt")
def start(request: HttpRequest, member: Actor) -> HttpResponse:
    """Choose what the first draft of the matrix begins from."""
    at, refusal = timezone.now(), ""
    form = forms.Begin(asking.sent(request))
    if request.method == "POST":
        edition = beginning.chosen(member, form.cleaned_data["template"], at) if form.is_valid() else None
        if edition is None:
            refusal = GONE if form.is_valid() else str(form.errors["template"][0])
        else:
            try:
                starting.start_from(member.tenant, edition, by=member, at=at)
            except CannotStart as trouble:
                refusal = str(trouble)
            else:
                messages.success(
                    request, f"The draft begins from {edition.template.name}. Cure what blocks it, then ask the other side to sign."
                )
                return redirect("responsibilities:matrix", member.tenant.slug)
    shown = {
        "starts": beginning.starts(member, at),
        "begun": editions.begun(member.tenant_id),
        "chosen": request.POST.get("template", ""),
        "refusal": refusal,
        "section": "matrix",
    }
    return render(request, "responsibilities/start.html", shown, status=asking.UNFIT if refusal else 200)


@require_safe
@member_view("template.edit", rooms=PROVIDERS_ROOMS)
def own_templates(request: HttpRequest, member: Actor) -> HttpResponse:
    """The templates of the own company, every edition of each."""
    return render(request, "responsibilities/templates.html", {"templates": editions.of(member.tenant_id), "section": "templates"})


@require_http_methods(["GET", "POST"])
@member_view("template.edit", rooms=PROVIDERS_ROOMS)
def new_edition(request: HttpRequest, member: Actor) -> HttpResponse:
    """Make a template from what a client agreed."""
    clients = {
        one.tenant.slug: one
        for one in known_actors(request, timezone.now())
        if one.company_id == member.tenant_id and one.tenant_id != member.tenant_id and access.may(one, "template.edit")
    }
    form = forms.MakeEdition(asking.sent(request), clients=[(slug, one.tenant.name) for slug, one in clients.items()])
    lede = "Letters and hours of the sides are copied. Places, people and texts stay with the client."
    back = reverse("responsibilities:templates", args=[member.tenant.slug])
    page = Page("templates", "Make a template", "Make the template", back, "Templates", lede)

    def make(said: dict[str, Any]) -> str:
        row = templates.make_edition(
            slugify(said["name"])[:50], said["name"], said["story"], clients[said["client"]], by=member, at=timezone.now()
        )
        return f"{row.name}, edition {row.number}, is there to begin from."

    return asking.answer(request, page, form, make)

"""The steps of a first run, above the pages they lead to."""

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils import timezone

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from responsibilities.domain import first_run as rules
from responsibilities.queries import first_run

register = template.Library()


@register.inclusion_tag("responsibilities/_first_run.html", takes_context=True)
def first_run_steps(context: Context, current: str) -> dict[str, Any]:
    """Show where a client stands on the way to its first signed version, to those who can bring it there; `current` is the page's own step."""
    member: Actor | None = context.get("member")
    if member is None or not access.may(member, "matrix.propose_version"):
        return {}
    standing = first_run.standing(member.tenant_id, timezone.now())
    if standing is None:
        return {}
    addresses = addresses_of(member, standing)
    shown = [step for step in rules.steps(standing) if step.key != rules.INVITE or step.done or addresses[rules.INVITE]]
    return {"steps": [(step, addresses[step.key] if step.open else "", step.key == current) for step in shown]}


def addresses_of(member: Actor, standing: rules.Standing) -> dict[str, str]:
    """Return where each step is taken, "" where this person cannot take it."""
    slug = member.tenant.slug
    draft = reverse("responsibilities:draft", args=[slug])
    return {
        rules.START: reverse("responsibilities:start", args=[slug]),
        rules.CHECK: reverse("responsibilities:import", args=[slug, standing.sheet]) if standing.sheet else "",
        rules.HOURS: reverse("responsibilities:hours_page", args=[slug]),
        rules.CURE: f"{draft}?view=blocks",
        rules.INVITE: reverse("invite_other_side", args=[slug]) if access.may(member, "engagement.invite") else "",
        rules.SIGN: reverse("responsibilities:version", args=[slug, standing.version]) if standing.version else "",
    }

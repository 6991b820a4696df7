"""A provider's own starter templates: an edition is made from what a client agreed, and never changes afterwards."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.audit import trail
from comanaged.vocabulary import Hours, Letter, spoken
from responsibilities import catalogue
from responsibilities.actions.keeping import Refusal
from responsibilities.domain import coverage
from responsibilities.domain.matrix import Matrix
from responsibilities.domain.places import CLIENT
from responsibilities.domain.raci import Rule
from responsibilities.models import Template
from responsibilities.queries import reading


@transaction.atomic
def make_edition(key: str, name: str, story: str, client: Actor, *, by: Actor, at: datetime) -> Template:
    """Make the next edition of a template from the matrix that answers at a client: sides and hours, no places, no people, no texts.

    `client` is the same person's standing at that client. Raise Refusal where nothing can be copied.
    """
    access.require(by, "template.edit")
    access.require(client, "template.edit")
    with tenancy.only([client.tenant_id], side=client.company_id):
        matrix = reading.matrix_of(client.tenant_id, at)
    if matrix.version is None:
        raise Refusal(f"{client.tenant.name} has no matrix yet. Choose another client.", "client")
    number = (Template.objects.for_tenant(by.tenant).filter(key=key).aggregate(newest=Max("number"))["newest"] or 0) + 1
    row = Template.objects.create(
        tenant=by.tenant,
        key=key,
        number=number,
        name=name,
        story=story,
        content=entry_of(matrix, key, name, story),
        made_by=by.name,
        made_at=at,
    )
    trail.record("template.edition", row, by=by, at=at, after=f"{name}, edition {number}, from {client.tenant.name}")
    return row


def entry_of(matrix: Matrix, key: str, name: str, story: str) -> dict[str, Any]:
    """Return a matrix as an entry of templates.yaml; duties that are the client's own are left out."""
    wanted = [duty for duty in catalogue.duties() if duty in matrix.duties]
    week = coverage.written_week(matrix.calendar)
    return {
        "key": key,
        "name": name,
        "for_whom": "",
        "story": story,
        "calendar": {"timezone": matrix.calendar.zone, "business": "" if week == "never" else week},
        "exclusions": [],
        "assignments": [_row(duty, [rule for rule in matrix.rules.get(duty, ()) if rule.place == CLIENT]) for duty in wanted],
    }


def _row(duty: str, rules: list[Rule]) -> dict[str, Any]:
    """Return one duty's letters. Hours of a name of their own belong to the client, so that work has to be given again."""
    held: dict[Letter, list[str]] = defaultdict(list)
    said: dict[str, Any] = {"duty": duty, "R": []}
    for rule in rules:
        if rule.party is None or rule.rank > 1 or rule.starts_at or rule.ends_at:
            continue
        who = spoken(rule.party)
        if rule.letter is Letter.R and rule.hours in Hours.__members__:
            said["R"].append({"who": who, "when": spoken(str(rule.hours))})
            said |= {"lead": who} if rule.lead else {}
        elif rule.letter is not Letter.R and who not in held[rule.letter]:
            held[rule.letter].append(who)
    if held[Letter.A]:
        said["A"] = held[Letter.A][0]
    return said | {letter.value: held[letter] for letter in (Letter.S, Letter.C, Letter.I) if held[letter]}

"""From the line somebody typed to the rows he means: who `me` and `tess` are, which client `pine` is, what the words are found in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from comanaged.accounts import access
from comanaged.accounts.models import Membership
from tickets.domain import lifecycle, saying, wanted
from tickets.domain.wanted import Wanted
from tickets.queries import search
from tickets.queries.listing import Filters

NAMED = 50  # people that one name may mean


@dataclass(frozen=True)
class Wish:
    """What is looked for and at which clients, and in words what of the line leads nowhere."""

    tenant_ids: tuple[int, ...]
    filters: Filters
    missed: tuple[str, ...] = ()


def wish(line: Wanted, readers: Sequence[access.Actor], at: datetime) -> Wish:
    """Return what a line means to this reader, given as his standings at the clients he may look at; at most three statements."""
    reader = readers[0]
    there = [actor for actor in readers if meant(actor, line.client)] if line.client else list(readers)
    missed = [] if there else [f"No client of yours is called “{line.client}”."]
    if line.words:
        line, there = _by_reference(line, there)
    tenant_ids = tuple(actor.tenant_id for actor in there)
    filters = Filters(
        states=_states(line),
        ours={"ours": reader.side or "", "theirs": ""}.get(line.side, ""),
        side=_side(line.side, reader),
        duty_like=line.duty,
        number=line.number or None,
        person=reader.user_id or 0 if line.person == wanted.ME else None,
        nobody=line.person == wanted.NOBODY,
        priority=line.priority.upper(),
        before=at if line.late else at + timedelta(minutes=line.due) if line.due else None,
        answers=(reader.side or "-") if line.offered else "",
        waits_for=(reader.side or "-") if line.offering else "",
        crossed=line.crossed,
        nobodys=line.nobodys,
        closed_since=_today(reader, at) if line.closed else None,
    )
    if line.person not in {"", wanted.ME, wanted.NOBODY}:
        filters = replace(filters, people=_people(tenant_ids, line.person))
    if line.asker:
        asker = {reader.user_id or 0} if line.asker == wanted.ME else _people(tenant_ids, line.asker)
        filters = replace(filters, askers=frozenset(asker))
    missed += [f"Nobody here is called “{name}”." for name, ids in _named(line, filters) if not ids]
    if line.words and tenant_ids:
        notes = access.may(reader, "note.read_private_own")
        ids = search.found(tenant_ids, line.words, notes=notes, states=filters.states)
        missed += [f"More than {search.MOST} tickets say so; some of the newest are shown. Add a word."] if len(ids) >= search.MOST else []
        filters = replace(filters, ids=frozenset(ids))
    return Wish(tenant_ids, filters, tuple(missed))


def meant(actor: access.Actor, word: str) -> bool:
    """Say whether a client is meant by a word: its short name, or how either name begins."""
    word = word.lower()
    return actor.tenant.slug.startswith(word) or any(
        part.lower().startswith(word) for part in (actor.tenant.name, *actor.tenant.name.split())
    )


def _by_reference(line: Wanted, there: list[access.Actor]) -> tuple[Wanted, list[access.Actor]]:
    """Take a word like `HD-2291` for the ticket's number, where a client is spoken of by these letters; else it stays a word."""
    for word in line.words:
        named = wanted.reference(word)
        meant = [actor for actor in there if named and saying.reference(actor.tenant.name, named[1]) == f"{named[0]}-{named[1]}"]
        if named and meant and access.may(meant[0], "ticket.find_by_number"):
            return line.but(number=named[1], words=tuple(other for other in line.words if other != word)), meant
    return line, there


def _states(line: Wanted) -> frozenset[lifecycle.State]:
    """Return the states meant; who looks for words or a number means every state, unless he says so."""
    if line.state:
        return lifecycle.states_of("" if line.state == "todo" else line.state)
    if line.closed:
        return lifecycle.FINISHED
    return frozenset(lifecycle.State) if line.words or line.number else lifecycle.TO_DO


def _side(word: str, reader: access.Actor) -> str:
    if word == "theirs":
        return lifecycle.OTHER_SIDE.get(reader.side or "", "-")
    return word.upper() if word in {"internal", "provider"} else ""


def _today(reader: access.Actor, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(reader.zone)).replace(hour=0, minute=0, second=0, microsecond=0)


def _people(tenant_ids: Sequence[int], name: str) -> frozenset[int]:
    """Return the ids of the members of these clients, past ones too, one of whose names begins so."""
    begins = Q(user__name__istartswith=name) | Q(user__name__icontains=f" {name}")
    return frozenset(Membership.objects.filter(begins, tenant__in=tenant_ids).values_list("user", flat=True).distinct()[:NAMED])


def _named(line: Wanted, filters: Filters) -> list[tuple[str, frozenset[int]]]:
    found = ((line.person, filters.people), (line.asker, filters.askers))
    return [(name, ids) for name, ids in found if ids is not None]

"""Command of an incident: taken, taken over from silence, handed on; and what only the commander does."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from comanaged.accounts import access
from comanaged.vocabulary import Audience
from tickets import queries
from tickets.actions import offering, steps
from tickets.actions import telling as news
from tickets.actions.incidents import due, facts, paging
from tickets.domain import clocks, incidents, ledger, saying
from tickets.domain.incidents import Asked, Command, Fact, Role, State, Who
from tickets.domain.lifecycle import SHOW_FIRST, Hat, Move
from tickets.domain.lifecycle import State as Stand
from tickets.models import Incident, IncidentAsk, IncidentReview, Kind, Ticket
from tickets.queries import command, reviewed

ACTION = "incident.command"


@transaction.atomic
def accept(number: int, *, by: access.Actor, at: datetime, seen: int | None = None, once: str = "") -> Incident:
    """Take command: as the one whom the matrix names, or as the deputy once nobody took it in time or the commander is silent."""
    access.require(by, ACTION)
    incident = due.locked(number, by=by, at=at)
    if incident.commander_id == by.user_id and incident.state == State.COMMANDED:
        return incident
    turn = facts.turn_on(incident, "accept", by=by, at=at, once=once)
    if turn.again:
        return incident
    person, post = facts.who(by), command.post_of(incident, at)
    refused = incidents.why_not_accept(post, person, at)
    if refused:
        facts.still_as_seen(incident, seen, at)  # whoever may take it is stopped by nothing; else what changed says more than the rule
        raise steps.NotNow(refused)
    before = incident.commander
    _set(incident, incidents.accept(incident.post, person), at)
    if before is None:
        facts.finish(turn, Fact.COMMANDED, f"{by.name} has it.")
    else:
        since = incidents.deputy_from(post)
        silent = f"{before} was silent." if since is not None and at >= since else f"{before} had no deputy."
        facts.finish(turn, Fact.TAKEN_OVER, f"{before} is no longer there." if post.gone else silent)
    facts.announce(turn, Kind.MAJOR_LED, f"{by.name} commands from now on.")
    _announce(incident, f"{by.name} commands.", by=by, at=at)
    return incident


@transaction.atomic
def hand_on(
    number: int, person: int, text: str = "", *, by: access.Actor, at: datetime, seen: int | None = None, once: str = ""
) -> Incident:
    """Hand command on to somebody who works tickets, of either side; he is called, and has it from now on."""
    turn = _turn(number, "hand_on", by=by, at=at, seen=seen, once=once, said=(person, text))
    if turn.again:
        return turn.incident
    incident = facts.led(turn)
    to = _worker(incident, person, at)
    found = incidents.hand_on(incident.post, Who(to.user_id, to.side))
    if isinstance(found, str):
        raise steps.SayMore(found, "person")
    _set(incident, found, at)
    facts.finish(turn, Fact.HANDED_ON, f"{to.name}{incidents.FROM_NOW_ON} {text.strip()}")
    facts.announce(turn, Kind.MAJOR_LED, f"{to.name} commands from now on.")
    _announce(incident, f"{by.name} handed command on to {to.name}.", by=by, at=at)
    return incident


@transaction.atomic
def set_rhythm(number: int, minutes: int, *, by: access.Actor, at: datetime, seen: int | None = None, once: str = "") -> Incident:
    """Say how often users hear of it."""
    turn = _turn(number, "rhythm", by=by, at=at, seen=seen, once=once, said=(minutes,))
    if turn.again:
        return turn.incident
    incident = facts.led(turn)
    refused = incidents.unfit_rhythm(minutes)
    if refused:
        raise steps.SayMore(refused, "minutes")
    incident.rhythm = minutes
    incident.update_due_at = incidents.next_update(incident.updated_at, minutes, at)
    facts.finish(turn, Fact.RHYTHM, f"Every {minutes} minutes.")
    return incident


@transaction.atomic
def give_role(
    number: int, role: Role, person: int | None, *, by: access.Actor, at: datetime, seen: int | None = None, once: str = ""
) -> Incident:
    """Give a part to somebody, or to nobody in particular."""
    turn = _turn(number, "role", by=by, at=at, seen=seen, once=once, said=(role, person))
    if turn.again:
        return turn.incident
    incident = facts.led(turn)
    if person is None:
        setattr(incident, f"{role}_id", None)
        facts.finish(turn, Fact.ROLE, f"{incidents.CALLED[role]}: nobody in particular.")
        return incident
    found = next((one for one in access.people_of(incident.tenant_id, None, at) if one.user_id == person and one.role != "c_audit"), None)
    if found is None or (role is Role.DEPUTY and found.user_id not in {one.user_id for one in command.workers(by.tenant_id, None, at)}):
        raise steps.SayMore("Choose from the list.", "person")
    refused = incidents.unfit_role(role, incident.commander_side, found.side)
    if refused:
        raise steps.SayMore(refused, "person")
    setattr(incident, f"{role}_id", person)
    facts.finish(turn, Fact.ROLE, f"{incidents.CALLED[role]}: {found.name}.")
    paging.page(
        incident,
        [found],
        f"{by.name} gave you a part: {incidents.CALLED[role].lower()}.",
        key=f"role:{role}:{incident.version}",
        by=by,
        at=at,
    )
    return incident


@transaction.atomic
def assign(number: int, ticket_number: int, person: int, text: str, *, by: access.Actor, at: datetime, once: str = "") -> Ticket:
    """Give any ticket of the client to anybody who works there, on either side, without asking; across sides it counts as forced."""
    access.require(by, ACTION)
    _lock_both(number, ticket_number, by=by)
    turn = _turn(number, "assign", by=by, at=at, once=once, said=(ticket_number, person, text))
    incident = facts.led(turn)
    row = Ticket.objects.for_tenant(by.tenant).numbered(ticket_number).first()
    if row is None:
        raise steps.SayMore("There is no such ticket here. Write its number, like HD-12 or 12.", "other")
    if turn.again:
        return row
    if row.hidden_for_id is not None:  # the incident's story, which both sides read, would name it
        raise steps.SayMore(SHOW_FIRST, "other")
    to = _worker(incident, person, at)
    standing = queries.majors(by)
    if row.side != to.side:
        move = steps.begin(Move.DIRECT, ACTION, row.pk, by=by, at=at, text=text, standing=standing)
        ticket = offering.force(move, Kind.DIRECTED, Hat.COMMANDER, text, to=to.side, person=to.user_id)
    else:
        move = steps.begin(Move.ASSIGN, ACTION, row.pk, by=by, at=at, standing=standing)
        ticket = move.ticket
        ticket.assignee_id = to.user_id
        opened = replace(move, state=Stand.OPEN) if move.state is Stand.NEW else move
        said = f"It is with {to.name} now. {text.strip()}"
        event = steps.finish(opened, kind=Kind.ASSIGNED, audience=Audience.SHARED, text=said, hat=Hat.COMMANDER)
        news.people(ticket, event, [to.user_id], by=by, at=at)
    facts.finish(turn, Fact.ASSIGNED, f"{saying.reference(by.tenant.name, ticket_number)} is with {to.name}.")
    return ticket


@transaction.atomic
def end(
    number: int, cause: str, text: str, kept: str = "", *, by: access.Actor, at: datetime, seen: int | None = None, once: str = ""
) -> Incident:
    """End it: the cause said, its parts resolved or kept for a reason; its review is due within five working days."""
    turn = _turn(number, "end", by=by, at=at, seen=seen, once=once, said=(cause, text, kept))
    if turn.again:
        return turn.incident
    incident = facts.led(turn)
    children = Ticket.objects.for_tenant(by.tenant).to_do().filter(parent=incident.ticket_id).values_list("number", flat=True)
    open_ones = [saying.reference(by.tenant.name, one) for one in children]
    lack = incidents.lacks_at_the_end(cause, text, kept, open_ones)
    if lack:
        raise steps.SayMore(lack[1], lack[0])
    said = f"{incidents.CAUSES[incidents.Cause(cause)]}: {text.strip()}"
    move = steps.begin(Move.END_MAJOR, ACTION, incident.ticket_id, by=by, at=at, standing=queries.majors(by))
    move.ticket.major = False
    steps.finish(move, kind=Kind.MAJOR_ENDED, audience=Audience.SHARED, text=said, hat=Hat.COMMANDER)
    asks = IncidentAsk.objects.for_tenant(by.tenant).filter(incident=incident, state=Asked.PENDING)
    asks.update(state=Asked.WITHDRAWN, answered_at=at, text="The incident ended.")
    incident.state, incident.cause, incident.cause_text = State.ENDED, cause, text.strip()
    incident.kept = kept.strip() if open_ones else ""
    incident.ended_at, incident.ended_by_id, incident.ended_name = at, by.user_id, by.name
    incident.update_due_at, incident.review_due_at = None, _review_due(move.ticket, at)
    _begin_review(incident, by=by, at=at)
    left = f" Left open: {', '.join(open_ones)}. {incident.kept}" if open_ones else ""
    facts.finish(turn, Fact.ENDED, f"{said}{left}")
    review_due = saying.moment(incident.review_due_at, by.zone)
    _announce(incident, f"{by.name} ended it. {said}\n\nBoth sides review and sign it by {review_due}.", by=by, at=at)
    return incident


def _lock_both(number: int, ticket_number: int, *, by: access.Actor) -> None:
    """Lock the incident's ticket and another in the order of all who lock several: whose the other one is stays so from now on."""
    own = Incident.objects.for_tenant(by.tenant).filter(number=number).values("ticket")
    rows = Ticket.objects.for_tenant(by.tenant).filter(Q(pk__in=own) | Q(number=ticket_number))
    list(rows.select_for_update(of=("self",)).order_by("id").values_list("pk", flat=True))


def _turn(
    number: int, act: str, *, by: access.Actor, at: datetime, seen: int | None = None, once: str = "", said: tuple[object, ...] = ()
) -> facts.Turn:
    access.require(by, ACTION)
    return facts.turn_on(due.locked(number, by=by, at=at), act, by=by, at=at, seen=seen, once=once, said=said)


def _worker(incident: Incident, person: int, at: datetime) -> access.Person:
    found = next((one for one in command.workers(incident.tenant_id, None, at) if one.user_id == person), None)
    if found is None:
        raise steps.SayMore("Choose somebody who works tickets here.", "person")
    return found


def _set(incident: Incident, found: Command, at: datetime) -> None:
    """Let somebody command from now on; whoever had a part that his side forbids loses it."""
    incident.state = State.COMMANDED
    incident.commander_id, incident.commander_side = found.commander, found.side
    incident.commanded_at = incident.heard_at = at
    incident.deputy_id, incident.deputy_side = found.deputy, found.deputy_side


def _announce(incident: Incident, lead: str, *, by: access.Actor, at: datetime) -> None:
    """Tell both sides' managers, and whoever has a part."""
    parts = {getattr(incident, f"{role}_id") for role in Role} | {incident.commander_id}
    people = [*paging.managers(incident, at), *paging.persons(incident, parts - {None}, at)]
    paging.page(incident, people, lead, key=f"v{incident.version}", by=by, at=at)


def _review_due(ticket: Ticket, at: datetime) -> datetime:
    """Return the end of five working days, in the hours agreed when the ticket opened."""
    terms = ledger.terms_of(ticket.terms.content) if ticket.terms else None
    office = terms.office if terms else clocks.Always()
    return incidents.review_due(office, at, ticket.tenant.zone)


def _begin_review(incident: Incident, *, by: access.Actor, at: datetime) -> None:
    provider = access.provider_of(by.tenant_id, at) or access.provider_of(by.tenant_id, incident.declared_at)
    review = IncidentReview(
        tenant=by.tenant,
        incident=incident,
        provider=provider,
        provider_name=provider.name if provider else "",
        cause=incident.cause_text,
        edited_by_name=by.name,
        edited_at=at,
    )
    review.content_hash = reviewed.digest_of(incident, review, [])
    review.save(force_insert=True)

"""What comes by itself at an incident: command that nobody took, an update overdue, a silent commander, a request unanswered, a late review.

It is all found from the rows' own columns, so a worker that was away changes nothing but when people hear of it: whoever acts next does
first what was due before, each thing at its own instant.
"""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from comanaged import background, tenancy
from comanaged.accounts import access
from tickets.actions import steps
from tickets.actions.incidents import facts, paging
from tickets.domain import incidents, saying
from tickets.domain.incidents import Asked, Fact, Happening, Seat
from tickets.models import Incident, IncidentAsk, IncidentRows, Ticket
from tickets.queries import command

REST = timedelta(minutes=1)  # until the watcher tries an incident again that it gave up on
AGAIN = ":again:"
MOST = 50  # happenings of one incident at once: more would be a loop


def locked(number: int, *, by: access.Actor, at: datetime) -> Incident:
    """Return an incident with its row locked, after all that was due by itself before now; its ticket's row is locked first, as in every act."""
    ticket_id = Incident.objects.for_tenant(by.tenant).values_list("ticket_id", flat=True).get(number=number)
    steps.locked(ticket_id, by=by, at=at)
    incident = _rows(by.tenant_id).get(number=number)
    catch_up(incident, at=at)
    return incident


def watch(incident_id: int, *, tenant_id: int, token: uuid.UUID, at: datetime) -> None:
    """Do what is due at one incident, under its lease and in one transaction."""
    catch_up(_held(incident_id, tenant_id), at=at)
    background.finish(Incident, incident_id, token)


def give_up(incident_id: int, *, tenant_id: int, token: uuid.UUID, at: datetime) -> None:
    """Leave an incident that cannot be watched to the next person who acts, and try again in a minute."""
    free = Incident.objects.for_tenant(tenant_id).filter(pk=incident_id, lease_token=token)
    if not free.update(lease_until=at + REST, lease_token=None, attempts=0):
        raise background.LostLease


def watch_ask(ask_id: int, *, tenant_id: int, token: uuid.UUID, at: datetime) -> None:
    """Pass on or end one request whose time is over, under its lease and in one transaction."""
    incident_id = IncidentAsk.objects.for_tenant(tenant_id).values_list("incident_id", flat=True).get(pk=ask_id)
    catch_up(_held(incident_id, tenant_id), at=at)
    background.finish(IncidentAsk, ask_id, token)


def give_up_ask(ask_id: int, *, tenant_id: int, token: uuid.UUID, at: datetime) -> None:
    """Pass on, or end, a request that could not be with its fact: whoever asked and both sides' managers hear of it in the plainest way."""
    ask = IncidentAsk.objects.for_tenant(tenant_id).select_related("incident__ticket", "incident__tenant").get(pk=ask_id)
    incident, by = ask.incident, access.system(ask.incident.tenant)
    passed = ask.passed_at is None and bool(ask.next_party)
    if passed:
        background.finish(IncidentAsk, ask_id, token, passed_at=at, answer_by=at + incidents.ANSWER)
        ask.answer_by = at + incidents.ANSWER
        call(incident, ask, Seat(ask.next_party, ask.next_id, ask.next_name), by=by, at=at)
    else:
        background.finish(IncidentAsk, ask_id, token, state=Asked.UNANSWERED, answered_at=at)
    text = f"Nobody answered “{ask.what}” yet. {f'{ask.next_name} is asked as well.' if passed else 'Its time is over.'}"
    people = [*paging.managers(incident, at), *paging.persons(incident, {ask.asked_by_id, incident.commander_id} - {None}, at)]
    paging.page(incident, people, text, key=f"left:{ask.pk}:{passed}", by=by, at=at)


def catch_up(incident: Incident, *, at: datetime) -> None:
    """Do what was due before `at` at an incident whose row is locked."""
    by = access.system(incident.tenant)
    with tenancy.only([incident.tenant_id]):  # the product acts by itself, not in the name of whoever came by
        _hear(incident, at)
        asked = _asked(incident, at)
        for _ in range(MOST + 2 * len(asked)):
            review = incident.review_due_at if incident.reviewed_at is None else None
            due = [one for one in incidents.happenings(incident.post, incident.told, review) if one.at <= at]
            late = min((one for one in asked if one.answer_by <= at), key=lambda one: (one.answer_by, one.pk), default=None)
            if late is not None and (not due or late.answer_by <= due[0].at):
                asked = [one for one in asked if one is not late or _pass_on(incident, late, by)]
            elif due:
                incident.told = [*incident.told, due[0].what]
                DO[due[0].what.partition(":")[0]](incident, due[0], by)
                facts.keep(incident)
            else:
                break


def _held(incident_id: int, tenant_id: int) -> Incident:
    ticket_id = Incident.objects.for_tenant(tenant_id).values_list("ticket_id", flat=True).get(pk=incident_id)
    Ticket.objects.for_tenant(tenant_id).select_for_update(of=("self",)).get(pk=ticket_id)
    return _rows(tenant_id).get(pk=incident_id)


def _rows(tenant_id: int) -> IncidentRows:
    return Incident.objects.for_tenant(tenant_id).select_for_update(of=("self",)).select_related("ticket", "tenant", "commander", "named")


def _hear(incident: Incident, at: datetime) -> None:
    """Count what the commander did on its tickets as well: somebody who moves work is not silent."""
    latest = command.heard(incident, at)
    if latest != incident.heard_at:
        incident.heard_at = latest
        facts.keep(incident)


def _nobody(incident: Incident, happening: Happening, by: access.Actor) -> None:
    """Nobody took command: told once, called again and again."""
    text = f"Nobody took command in time. Somebody of {saying.SIDES[incident.deputy_side]} may take it now."
    if AGAIN in happening.what:
        return _again(incident, happening, f"Still nobody commands. {text}", by)
    facts.tell(facts.Turn(incident, by, happening.at), Fact.NOBODY, text)
    people = [*paging.everybody(incident, happening.at), *paging.deputies(incident, happening.at)]
    paging.page(incident, people, text, key="nobody", by=by, at=happening.at)
    return None


def _overdue(incident: Incident, happening: Happening, by: access.Actor) -> None:
    """An update is due: whoever speaks to users is called, or the managers of internal IT, and who commands."""
    text = f"An update to users was due {saying.moment(happening.at, incident.tenant.zone)}."
    facts.tell(facts.Turn(incident, by, happening.at), Fact.OVERDUE, text)
    voice = paging.persons(incident, {incident.voice_users_id} - {None}, happening.at)  # nobody, too, where that person left
    people = [
        *(voice or paging.managers(incident, happening.at, "INTERNAL")),
        *paging.persons(incident, {incident.commander_id} - {None}, happening.at),
    ]
    paging.page(incident, people, text, key=happening.what, by=by, at=happening.at)


def _silent(incident: Incident, happening: Happening, by: access.Actor) -> None:
    """The commander is silent: told once, called again and again."""
    text = f"{incident.commander} is silent. Somebody of {saying.SIDES[incident.deputy_side]} may take command now."
    if AGAIN in happening.what:
        return _again(incident, happening, text, by)
    facts.tell(facts.Turn(incident, by, happening.at), Fact.SILENT, text)
    people = [*paging.deputies(incident, happening.at), *paging.persons(incident, {incident.commander_id}, happening.at)]
    paging.page(incident, people, text, key=happening.what, by=by, at=happening.at)
    return None


def _again(incident: Incident, happening: Happening, text: str, by: access.Actor) -> None:
    """Call both sides' managers and leadership: an incident that nobody answers is not forgotten."""
    people = [*paging.managers(incident, happening.at), *paging.leadership(incident, happening.at)]
    paging.page(incident, people, text, key=happening.what, by=by, at=happening.at)


def _late_review(incident: Incident, happening: Happening, by: access.Actor) -> None:
    text = f"The review was due {saying.moment(happening.at, incident.tenant.zone)}. Both sides sign it."
    facts.tell(facts.Turn(incident, by, happening.at), Fact.LATE_REVIEW, text)
    paging.page(incident, paging.managers(incident, happening.at), text, key="review", by=by, at=happening.at)


DO: dict[str, Callable[[Incident, Happening, access.Actor], None]] = {
    "command": _nobody,
    "update": _overdue,
    "silent": _silent,
    "review": _late_review,
}


def _asked(incident: Incident, at: datetime) -> list[IncidentAsk]:
    """Return the requests whose time is over, with their rows locked."""
    rows = IncidentAsk.objects.for_tenant(incident.tenant_id).filter(incident=incident, state=Asked.PENDING, answer_by__lte=at)
    return list(rows.select_for_update(of=("self",)).select_related("tenant").order_by("answer_by", "id"))


def _pass_on(incident: Incident, ask: IncidentAsk, by: access.Actor) -> bool:
    """Pass a request on whose time is over, once, and end one that the stand-in left unanswered as well; say whether it still waits."""
    if ask.passed_at is None and ask.next_party:
        _pass(incident, ask, by)
        return True
    _unanswered(incident, ask, by)
    return False


def _pass(incident: Incident, ask: IncidentAsk, by: access.Actor) -> None:
    ask.passed_at, ask.answer_by = ask.answer_by, ask.answer_by + incidents.ANSWER
    ask.save(update_fields=["passed_at", "answer_by"])
    text = f"{ask.holder_name} did not answer what {named(ask)}. {ask.next_name} is asked as well."
    facts.tell(facts.Turn(incident, by, ask.passed_at), Fact.PASSED, text)
    call(incident, ask, Seat(ask.next_party, ask.next_id, ask.next_name), by=by, at=ask.passed_at)


def _unanswered(incident: Incident, ask: IncidentAsk, by: access.Actor) -> None:
    ask.state, ask.answered_at = Asked.UNANSWERED, ask.answer_by
    ask.save(update_fields=["state", "answered_at"])
    text = f"Nobody answered what {named(ask)}. What may be done without asking still may be."
    facts.tell(facts.Turn(incident, by, ask.answer_by), Fact.UNANSWERED, text)
    people = [
        *paging.managers(incident, ask.answer_by),
        *paging.persons(incident, {incident.commander_id, ask.asked_by_id} - {None}, ask.answer_by),
    ]
    paging.page(incident, people, text, key=f"unanswered:{ask.pk}", by=by, at=ask.answer_by)


def named(ask: IncidentAsk) -> str:
    """Return how a fact names a request without its words, which stand in one fact alone, where a secret in them can be blanked."""
    return f"{ask.asked_by_name} asked for on {saying.moment(ask.asked_at, ask.tenant.zone)}"


def call(incident: Incident, ask: IncidentAsk, seat: Seat, *, by: access.Actor, at: datetime) -> None:
    """Call whoever answers from a seat."""
    people = [one for one in command.answerers(incident.tenant_id, at) if seat.fits(one.user_id, one.side, one.role)]
    answer_by = saying.moment(ask.answer_by, incident.tenant.zone)
    lead = f"{ask.asked_by_name} asks you to allow: {ask.what}\n\n{ask.why}\n\nAnswer by {answer_by}."
    paging.page(incident, people, lead, key=f"ask:{ask.pk}:{seat.party}:{seat.person}", by=by, at=at)

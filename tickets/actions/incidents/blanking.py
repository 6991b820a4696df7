"""Blank a secret that somebody wrote into an incident's timeline: the words go, wherever they were written at once; who and why stay.

The timeline is sealed. Only adding a redaction takes words out of it, and the database itself sees that they are a person's.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from comanaged.accounts import access
from comanaged.audit import trail
from comanaged.notices import actions as notices
from comanaged.notices.models import Notice
from tickets.actions import steps, wiping
from tickets.actions.incidents import due, reviewing
from tickets.domain import incidents, lifecycle
from tickets.domain.incidents import Fact
from tickets.models import Event, Incident, IncidentAsk, IncidentEntry, IncidentRedaction, IncidentReview, Kind, Ticket

ACTION = "ticket.redact_secret"
TOLD_AT_ONCE = [Kind.OPENED, Kind.MAJOR, Kind.MAJOR_ENDED]  # entries of the ticket with the words of a fact


@transaction.atomic
def blank(number: int, fact_id: int, reason: str, *, by: access.Actor, at: datetime) -> IncidentRedaction:
    """Blank the words that a person wrote into one fact, and where they were written at once; a second time changes nothing.

    What was sent or copied before stays where it went, so the secret itself has to be changed as well. Raises IncidentEntry.DoesNotExist.
    """
    access.require(by, ACTION)
    if len(reason.strip()) < lifecycle.REASON:
        raise steps.SayMore(lifecycle.SAY_WHY)
    incident = due.locked(number, by=by, at=at)
    fact = IncidentEntry.objects.for_tenant(by.tenant).get(pk=fact_id, incident=incident)
    before = IncidentRedaction.objects.for_tenant(by.tenant).filter(entry=fact).first()
    if before is not None:
        return before
    if fact.by_user_id is None or fact.kind not in incidents.BLANKABLE:
        raise steps.NotNow("The product wrote this itself, so it stays as it is.")
    words = [word for word in _words(incident, fact) if word]
    if not words:
        raise steps.NotNow("Nobody wrote words here, so there is nothing to blank.")
    row = _wipe(incident, fact, words, reason, by=by, at=at)
    for event in _twins(incident.ticket_id, fact):
        wiping.entry(incident.ticket, event, reason, by=by, at=at)
    return row


def also(ticket: Ticket, event: Event, reason: str, *, by: access.Actor, at: datetime) -> None:
    """Blank what was written at once with an entry of the ticket: the facts of its incidents, and other entries with the same words."""
    if event.kind not in TOLD_AT_ONCE or event.by_user_id is None:
        return
    rows = IncidentEntry.objects.for_tenant(by.tenant).filter(incident__ticket=ticket, by_user=event.by_user_id, at=event.at)
    for fact in rows.filter(kind__in=[Fact.DECLARED, Fact.ENDED]).select_related("incident__tenant"):
        words = [word for word in _words(fact.incident, fact) if word]
        if words and any(word in event.text for word in words):
            _wipe(fact.incident, fact, words, reason, by=by, at=at)
            for other in _twins(ticket.pk, fact):
                if other.pk != event.pk:
                    wiping.entry(ticket, other, reason, by=by, at=at)


def _wipe(incident: Incident, fact: IncidentEntry, words: list[str], reason: str, *, by: access.Actor, at: datetime) -> IncidentRedaction:
    for key in _keys(incident):
        for word in sorted(words, key=len, reverse=True):
            notices.take_out(tenant=by.tenant_id, key=key, text=word, instead=wiping.PLACE)
    _elsewhere(incident, fact, words, by=by, at=at)
    row = IncidentRedaction.objects.create(
        tenant=by.tenant,
        incident=incident,
        entry=fact,
        kept=incidents.own_words(Fact(fact.kind), fact.text, words),
        by_user_id=by.user_id,
        by_name=by.name,
        reason=reason.strip(),
        at=at,
    )
    said = f"incident {incident.number}: words of {fact.by_name} were blanked"
    trail.record("ticket.redact_secret", incident, by=by, at=at, after=said)
    return row


def _words(incident: Incident, fact: IncidentEntry) -> Iterator[str]:
    """Yield what a person wrote of a fact, each text as it was sent."""
    if fact.kind == Fact.ENDED:
        yield from (incident.cause_text, incident.kept)
    elif fact.kind == Fact.ASKED:
        for ask in _asks(incident).filter(asked_by=fact.by_user_id, asked_at=fact.at):
            yield from (ask.what, ask.why)
    elif fact.kind == Fact.ANSWERED:
        for ask in _asks(incident).filter(answered_by=fact.by_user_id, answered_at=fact.at):
            yield ask.text
    elif fact.kind == Fact.HANDED_ON:
        yield fact.text.partition(incidents.FROM_NOW_ON)[2].strip()
    else:
        yield fact.text


def _elsewhere(incident: Incident, fact: IncidentEntry, words: list[str], *, by: access.Actor, at: datetime) -> None:
    """Blank the same words in the rows that are no part of the timeline: a request, its answer, the cause and the review begun with it."""
    if fact.kind == Fact.ASKED:
        _asks(incident).filter(asked_by=fact.by_user_id, asked_at=fact.at).update(what=wiping.PLACE, why=wiping.PLACE)
    if fact.kind == Fact.ANSWERED:
        _asks(incident).filter(answered_by=fact.by_user_id, answered_at=fact.at).update(text=wiping.PLACE)
    if fact.kind == Fact.ENDED:
        review = IncidentReview.objects.for_tenant(by.tenant).select_for_update(of=("self",)).get(incident=incident)
        if review.signed_at is not None:
            raise steps.NotNow("Both sides signed a review that holds these words, so they stay. Change the secret itself.")
        incident.cause_text = wiping.PLACE
        incident.kept = wiping.PLACE if incident.kept else ""
        incident.save(update_fields=["cause_text", "kept"])
        for word in words:
            review.cause = review.cause.replace(word, wiping.PLACE)
        reviewing.edited(incident, review, by=by, at=at)


def _asks(incident: Incident) -> QuerySet[IncidentAsk]:
    return IncidentAsk.objects.for_tenant(incident.tenant_id).filter(incident=incident)


def _twins(ticket_id: int, fact: IncidentEntry) -> list[Event]:
    """Return the entries of the ticket that were written with a fact, in the same words."""
    rows = Event.objects.for_tenant(fact.tenant_id).of(ticket_id).filter(kind__in=TOLD_AT_ONCE, by_user=fact.by_user_id, at=fact.at)
    return [one for one in rows.order_by("id") if one.text and one.text in fact.text]


def _keys(incident: Incident) -> list[str]:
    """Return the keys of the notices of an incident that wait to be sent."""
    waiting = Notice.objects.for_tenant(incident.tenant_id).filter(sent_at=None, failed_at=None, key__startswith=f"incident:{incident.pk}:")
    return sorted(set(waiting.values_list("key", flat=True)))

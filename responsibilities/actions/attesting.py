"""Blind attestation: somebody asks people of both sides, each answers alone, answers open together. Blind means blind.

Until answers about a duty open nothing of them is written anywhere that another person, or a count, could read: no entry in history, no
notice to others, no column of the round. Every act here takes the trail's turn first, so no two of them look at the same answers at once.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from comanaged import background, tenancy
from comanaged.accounts import access
from comanaged.accounts.access import Actor, Person, Refused
from comanaged.accounts.models import Kind, Organisation
from comanaged.audit import trail
from comanaged.notices import actions as notices
from comanaged.notices.kinds import Kind as About
from comanaged.vocabulary import Hours, Side
from responsibilities.actions import findings
from responsibilities.actions.keeping import Refusal
from responsibilities.domain import attesting
from responsibilities.domain.attesting import Says
from responsibilities.models import Attestation, BlindAnswer, BlindQuestion, Duty, Witness
from responsibilities.queries import attesting as asking
from responsibilities.queries import reading

A_DAY, MOST = timedelta(days=1), 5  # rounds that one side may begin within a day
PUT_OFF = timedelta(hours=1)
TOLD = 10  # duties that history and notices name
CONFLICT = 409


class CannotAsk(Refusal):
    """A round that cannot be begun, or not be taken back."""


class TooLate(Refusal):
    """Answers that nobody waits for any more: theirs is open, or was taken back."""

    status = CONFLICT


@dataclass(frozen=True)
class Wanted:
    """Which duties to ask about, by key, and which people, by account."""

    duties: Collection[str]
    people: Collection[int]


@dataclass(frozen=True)
class Taken:
    """How many answers were kept, and the names of duties whose answers had opened meanwhile."""

    kept: int
    late: tuple[str, ...]


@transaction.atomic
def ask(wanted: Wanted, *, by: Actor, at: datetime) -> Attestation:
    """Ask people of both sides who does some duties, each without seeing the others. Raise CannotAsk.

    Duties about which answers are still awaited are left to the round that asks about them.
    """
    access.require(by, "attest.ask")
    if by.user_id is None or by.side is None:
        raise Refused("attest.ask", by.role)
    trail.take_turn(by.tenant_id)
    _not_too_often(by, at)
    duties = _duties(wanted.duties, by, at)
    people = _people(wanted.people, by, at)
    row = Attestation.objects.create(
        tenant=by.tenant,
        user_id=by.user_id,
        asked_by=by.name[:120],
        asked_side=by.side,
        asked_at=at,
        opens_at=at + attesting.LIMIT,
        next_at=attesting.next_look(at, at),
    )
    BlindQuestion.objects.bulk_create(BlindQuestion(tenant=by.tenant, attestation=row, duty=duty) for duty in duties)
    Witness.objects.bulk_create(
        Witness(tenant=by.tenant, attestation=row, user_id=one.user_id, name=one.name[:120], side=one.side) for one in people
    )
    names = ", ".join(one.name for one in people)
    trail.record("attest.asked", row, by=by, at=at, after=f"{_named([one.name for one in duties])}. Asked: {names}")
    subject = f"{by.name} asks who does {duties[0].name}" if len(duties) == 1 else f"{by.name} asks who does {len(duties)} duties"
    _tell(row, people, subject, f"{by.name} asks you and others of both sides, each alone, who does what.", key="asked", at=at)
    return row


@transaction.atomic
def answer(said: Mapping[str, Mapping[Hours, Says]], *, by: Actor, at: datetime) -> Taken:
    """Keep what somebody says of duties, by key and half of the day; it replaces what they said before. Raise TooLate where nothing is kept.

    Where this was the last answer that was awaited, the duty's answers open with it.
    """
    access.require(by, "attest.answer")
    if by.user_id is None or by.side is None:
        raise Refused("attest.answer", by.role)
    trail.take_turn(by.tenant_id)  # whoever opens answers has it too: an answer is in before, or it is late
    questions = {one.duty.key: one for one in asking.questions_for(by)}
    heard = {questions[key]: _asked_halves(questions[key], halves) for key, halves in said.items() if key in questions and halves}
    late = _names({key for key, halves in said.items() if halves} - questions.keys(), by)
    kept = _keep({question: halves for question, halves in heard.items() if halves}, by.user_id, by=by, at=at)
    if late and not kept:
        raise TooLate(f"Nobody waits for your answer about {_named(late)} any more: the answers are open, or the question was taken back.")
    _open_complete(by.tenant, sorted({question.attestation_id for question in heard}), at=at)
    return Taken(kept, late)


@transaction.atomic
def withdraw(number: int, *, by: Actor, at: datetime) -> Attestation:
    """Take back what one asked oneself: what is still shut never opens. Raise CannotAsk, Attestation.DoesNotExist."""
    access.require(by, "attest.ask")
    trail.take_turn(by.tenant_id)
    row = Attestation.objects.for_tenant(by.tenant).select_for_update(of=("self",)).get(pk=number)
    if row.closed_at is not None:
        raise CannotAsk("This round is over, so there is nothing left to take back.")
    if row.user_id is None or row.user_id != by.user_id:
        raise CannotAsk(f"{row.asked_by} asked, so only {row.asked_by} can take it back. It opens by itself in time.")
    BlindQuestion.objects.for_tenant(by.tenant).shut().filter(attestation=row).update(withdrawn_at=at)
    row.withdrawn_at = row.closed_at = at
    row.save(update_fields=["withdrawn_at", "closed_at"])
    trail.record("attest.withdrawn", row, by=by, at=at, after="What was not open yet is asked no more.")
    return row


def keep(attestation: int, *, tenant_id: int, token: uuid.UUID, at: datetime) -> None:
    """Do what time asks of a round, reminders or the opening; safe to be done twice."""
    tenant = Organisation.objects.get(pk=tenant_id)
    trail.take_turn(tenant_id)
    _open_complete(tenant, [attestation], at=at)
    row = Attestation.objects.for_tenant(tenant).get(pk=attestation)
    if row.closed_at is None:
        _remind(row, at)
    background.finish(Attestation, attestation, token, next_at=attesting.next_look(row.asked_at, at))


def put_off(attestation: int, *, token: uuid.UUID, at: datetime) -> None:
    """Look at a round again later, because doing what it asks failed again and again."""
    background.finish(Attestation, attestation, token, next_at=at + PUT_OFF)


@transaction.atomic
def open_due(tenant: Organisation, *, at: datetime) -> None:
    """Open whatever is complete or due at a client: people leave, and hold nothing up from then on. Safe to be done twice."""
    if tenant.kind != Kind.CLIENT:
        return
    trail.take_turn(tenant.pk)
    running = Attestation.objects.for_tenant(tenant).running().order_by("id").values_list("pk", flat=True)
    _open_complete(tenant, list(running), at=at)


# --- asking


def _not_too_often(by: Actor, at: datetime) -> None:
    rows = Attestation.objects.for_tenant(by.tenant).filter(asked_side=by.side, asked_at__gt=at - A_DAY, asked_at__lte=at)
    if rows.count() >= MOST:
        raise CannotAsk(f"Your side asked {MOST} times within a day. Let people answer, then ask again tomorrow.")


def _duties(keys: Collection[str], by: Actor, at: datetime) -> list[Duty]:
    rows = list(Duty.objects.for_tenant(by.tenant).filter(key__in=list(keys)).order_by("position", "id"))
    if not rows:
        raise CannotAsk("There is no such duty. Choose from the list.", "what")
    matrix, awaited = reading.matrix_of(by.tenant_id, at), asking.shut_duties(by.tenant_id)
    kept = [row for row in rows if not matrix.excluded(row.key, at)]
    if not kept:
        raise CannotAsk("This is left out on purpose, so nobody does it. Choose another duty.", "what")
    fresh = [row for row in kept if row.pk not in awaited]
    if not fresh:
        raise CannotAsk("Answers about this are awaited already. They open by themselves; then it can be asked again.", "what")
    return fresh


def _people(ids: Collection[int], by: Actor, at: datetime) -> list[Person]:
    """Return the people asked, one person once, some of each side."""
    found = {one.user_id: one for one in asking.candidates(by.tenant_id, at) if one.user_id in set(ids)}
    if set(ids) - found.keys():
        raise CannotAsk("Somebody you chose is not there any more. Choose from the list.", "people")
    for side in Side:
        if side not in {one.side for one in found.values()}:
            raise CannotAsk(
                f"Choose at least one person of {_side(by.tenant_id, side, at)}: both sides answer, or there is nothing to compare.",
                side.lower(),
            )
    return list(found.values())


def _side(tenant_id: int, side: Side, at: datetime) -> str:
    provider = access.provider_of(tenant_id, at)
    return "internal IT" if side is Side.INTERNAL else provider.name if provider else reading.NO_PROVIDER


# --- answering


def _names(keys: Collection[str], by: Actor) -> tuple[str, ...]:
    """Return what the client's duties among these keys are called."""
    rows = Duty.objects.for_tenant(by.tenant).filter(key__in=list(keys)).order_by("position", "id")
    return tuple(rows.values_list("name", flat=True)) if keys else ()


def _asked_halves(question: BlindQuestion, halves: Mapping[Hours, Says]) -> dict[Hours, Says]:
    return {half: said for half, said in halves.items() if half in attesting.parts(Hours(question.duty.coverage))}


def _keep(heard: Mapping[BlindQuestion, Mapping[Hours, Says]], person: int, *, by: Actor, at: datetime) -> int:
    """Write answers down as their person, who alone may."""
    before = asking.answers_by(by.tenant_id, person)
    with tenancy.only([by.tenant_id], side=by.company_id, person=person):
        for question, halves in heard.items():
            row = before.get(question.pk) or BlindAnswer(tenant=by.tenant, question=question, user_id=person)
            day, night = halves.get(Hours.BUSINESS, row.day), halves.get(Hours.AFTER, row.night)
            if (row.day, row.night) != (day, night):
                row.day, row.night, row.side, row.said_at = day, night, by.side or "", at
                row.save()
    return len(heard)


# --- opening


def _open_complete(tenant: Organisation, numbers: Sequence[int], *, at: datetime) -> None:
    """Open every duty of these rounds that everybody asked has answered, or whose time is up; leave the findings right."""
    rows = Attestation.objects.for_tenant(tenant).running().filter(pk__in=numbers).order_by("id")
    opened = [_open(tenant, row, at) for row in rows]
    if any(opened):
        findings.recheck_people(tenant, by=access.system(tenant), at=at)


def _open(tenant: Organisation, row: Attestation, at: datetime) -> bool:
    """Open what is due of one round; say whether anything was."""
    questions = list(
        BlindQuestion.objects.for_tenant(tenant).shut().filter(attestation=row).select_related("duty").order_by("duty__position", "id")
    )
    asked = _there(row, at)
    answered = _answered(tenant.pk, questions, asked)
    due = [one for one in questions if attesting.is_due(at, row.opens_at, asked, answered[one.pk])]
    if due:
        BlindQuestion.objects.for_tenant(tenant).shut().filter(pk__in=[one.pk for one in due]).update(opened_at=at)
        why = f"{attesting.LIMIT.days} days have passed" if at >= row.opens_at else "everybody asked has answered"
        said = f"Blind answers are open: {_named([one.duty.name for one in due])}"
        trail.record("attest.opened", row, by=access.system(tenant), at=at, after=said, reason=why)
    if len(due) == len(questions):
        row.closed_at = at
        row.save(update_fields=["closed_at"])
    return bool(due)


def _there(row: Attestation, at: datetime) -> list[int]:
    """Return who is asked in a round and may still answer."""
    there = asking.still_there(row.tenant_id, at)
    people = Witness.objects.for_tenant(row.tenant_id).filter(attestation=row).order_by("id").values_list("user", "side")
    return [user for user, side in people if (user, side) in there]


def _answered(tenant_id: int, questions: Iterable[BlindQuestion], people: Iterable[int]) -> dict[int, set[int]]:
    """Return who has answered each question in full. Everybody is looked at, each alone and as themselves: time tells nothing either."""
    found: dict[int, set[int]] = {one.pk: set() for one in questions}
    for person in people:
        said = asking.answers_by(tenant_id, person)
        for one in questions:
            if attesting.complete(asking.said_in(said.get(one.pk)), Hours(one.duty.coverage)):
                found[one.pk].add(person)
    return found


# --- telling


def _remind(row: Attestation, at: datetime) -> None:
    """Remind those, and only those, whose own answer is missing."""
    days = attesting.reminder(row.asked_at, at)
    if days is None:
        return
    questions = list(BlindQuestion.objects.for_tenant(row.tenant_id).shut().filter(attestation=row).select_related("duty"))
    asked = _there(row, at)
    answered = _answered(row.tenant_id, questions, asked)
    missing = {person for person in asked for one in questions if person not in answered[one.pk]}
    people = [one for one in asking.candidates(row.tenant_id, at) if one.user_id in missing]
    subject = "Your own answer is still wanted: who does what"
    _tell(
        row,
        people,
        subject,
        f"{row.asked_by} asked you who does what, and some of your own answers are missing.",
        key=f"{days} days",
        at=at,
    )


def _tell(row: Attestation, people: Sequence[Person], subject: str, text: str, *, key: str, at: datetime) -> None:
    """Queue one notice for each of these people; it says nothing about anybody else's answer."""
    address = settings.ADDRESS + reverse("responsibilities:blind_answer", args=[row.tenant.slug])
    blind = f"Nobody sees what you say before answers open, at the latest on {row.opens_at:%-d %B}."
    notices.queue(
        tenant=row.tenant_id,
        to=people,
        subject=f"[{row.tenant.name}] {subject}",
        text="\n\n".join([text, blind, address]),
        key=f"attestation:{row.pk}:{key}",
        at=at,
        kind=About.MATRIX,
    )


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - TOLD} more" if len(names) > TOLD else ""
    return f"{', '.join(names[:TOLD])}{more}"

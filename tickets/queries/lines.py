"""Rows of the queue as one reader sees them: the next clock, the last words, who is there, and what he may do with each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from comanaged.accounts import access
from comanaged.vocabulary import Side
from responsibilities import queries as responsibilities
from responsibilities.domain import resolution
from tickets.domain import lifecycle, saying, ticking, waiting
from tickets.domain.lifecycle import Move, State
from tickets.domain.ticking import Face
from tickets.models import FAR, Ticket
from tickets.queries import rows, sheets
from tickets.queries.rows import Names, Row

THERE = timedelta(seconds=60)  # how old a mark of presence may be
SHOWN = 140  # characters of the last words
# what can be done from the list, and the permission without which it cannot
ACTS = {
    Move.TAKE: "ticket.take",
    Move.RELEASE: "ticket.take",
    Move.RESOLVE: "ticket.resolve",
    Move.REOPEN: "ticket.reopen",
    Move.ACCEPT: "ticket.accept_handover",
    Move.DECLINE: "ticket.refuse_handover",
    Move.OFFER: "ticket.hand_over",
    Move.WAIT: "ticket.pause_clock",
    Move.WAKE: "ticket.wake",
    Move.ASSIGN: "ticket.assign_colleague",
    Move.SET_PRIORITY: "ticket.set_priority",
    Move.REPLY: "ticket.reply",
    Move.NOTE: "note.write_private",
}
SAID = """
SELECT w.ticket, e.by_name, left(e.text, %s), ARRAY(
  SELECT DISTINCT p.name FROM tickets_presence p
  WHERE p.tenant_id = w.tenant AND p.ticket_id = w.ticket AND p.seen_at >= %s AND p.user_id IS DISTINCT FROM %s
  AND (p.audience IN ('PUBLIC', 'SHARED') OR p.side_id = %s) ORDER BY p.name
)
FROM unnest(%s::bigint[], %s::bigint[]) AS w (ticket, tenant) LEFT JOIN LATERAL (
  SELECT * FROM (
    SELECT by_name, text, kind, audience, id FROM tickets_event WHERE tenant_id = w.tenant AND ticket_id = w.ticket ORDER BY id DESC LIMIT 20
  ) latest
  WHERE text <> '' AND kind NOT IN ('REPEATED', 'REMINDED', 'WARNED', 'MISSED', 'VERSION') AND audience IN ('PUBLIC', 'SHARED')
  ORDER BY id DESC LIMIT 1
) e ON true
"""


@dataclass(frozen=True)
class Said:
    """What was last said on a ticket and by whom, and who has it open."""

    who: str = ""
    words: str = ""
    here: tuple[str, ...] = ()


NOTHING = Said()


@dataclass(frozen=True)
class Line:
    """A row of the queue; `can` are the moves possible now, `offered` says what offer waits, `doubt` why it may be nobody's."""

    row: Row
    face: Face
    who: str
    words: str
    here: tuple[str, ...]
    can: tuple[str, ...]
    offered: str
    doubt: str
    touched: bool


@dataclass(frozen=True)
class Offer:
    """A card above the queue: who gives what, what is left to do, what not, and how long until it goes back."""

    line: Line
    giver: str
    side: str
    to: str
    asked: bool
    left: str
    must_not: str
    back: Face


@dataclass(frozen=True)
class Peek:
    """One ticket beside the list: the clock, whose it is and why, the newest note of one's own side, the last words."""

    line: Line
    does_it: str
    does_it_side: str
    hours: str
    note: str
    note_by: str
    own: str
    due: datetime | None


def lines(tickets: Sequence[Ticket], readers: Mapping[int, access.Actor], names: Names, at: datetime) -> tuple[Line, ...]:
    """Return these loaded tickets for a reader, given as his standing at each client; one statement, whatever the rows."""
    said = _said(tickets, next(iter(readers.values())), at) if tickets else {}
    return tuple(_line(one, readers[one.tenant_id], names, said.get(one.id, NOTHING), at) for one in tickets if one.tenant_id in readers)


def offers(tickets: Sequence[Ticket], readers: Mapping[int, access.Actor], names: Names, at: datetime) -> tuple[Offer, ...]:
    """Return the cards of these tickets, whose offers the reader's side is to answer."""
    return tuple(_offer(one, readers[one.tenant_id], names, at) for one in tickets if one.tenant_id in readers)


def peek(ticket: Ticket, by: access.Actor, at: datetime) -> Peek:
    """Return what stands beside the list for one ticket."""
    names = rows.names_of([ticket.tenant_id], at)
    (line,) = lines([ticket], {ticket.tenant_id: by}, names, at)
    now = _answer(ticket, at)
    own = sheets.readable(ticket, by).filter(audience__in=[Side.INTERNAL, Side.PROVIDER]).exclude(text="").order_by("-id").first()
    return Peek(
        line=line,
        does_it=now.subject if now else ticket.route_subject,
        does_it_side=(now.party or "NOBODY") if now else ticket.route_side,
        hours=now.hours_text if now else "",
        note=own.text if own else "",
        note_by=own.by_name if own else "",
        own=by.tenant.name if by.side is Side.INTERNAL else names.get((ticket.tenant_id, Side.PROVIDER), "your company"),
        due=None if ticket.next_at == FAR else ticket.next_at,
    )


def possible(ticket: Ticket, by: access.Actor) -> frozenset[str]:
    """Return the moves of the list that somebody may make with this ticket now, by name."""
    facts, actor = ticket.facts, sheets.actor_facts(by)
    text = "x" * lifecycle.REASON
    found = {
        move.lower()
        for move, action in ACTS.items()
        if access.may(by, action) and isinstance(lifecycle.check(move, facts, actor, text=text), lifecycle.Outcome)
    }
    if ticket.assignee_id is not None and ticket.assignee_id == by.user_id:
        found.discard("take")
    return frozenset(found)


def face_of(ticket: Ticket, at: datetime) -> Face:
    """Return the ticket's next clock; one that waits until a moment stands still."""
    waits = ""
    if ticket.state == State.WAITING and ticket.next_what not in {"answer", "fix"}:
        reason = waiting.REASONS.get(ticket.wait_reason)
        waits = ticket.wait_for or (reason.word.lower() if reason else "somebody")
    over = ticket.state not in lifecycle.TO_DO
    return ticking.face(
        due=None if over or ticket.next_at == FAR else ticket.next_at,
        what=ticket.next_what,
        since=ticket.opened_at,
        waits=waits,
        wakes=ticket.wait_until,
        at=at,
        zone=ticket.tenant.zone,
    )


def _line(ticket: Ticket, by: access.Actor, names: Names, said: Said, at: datetime) -> Line:
    return Line(
        row=rows.row_of(ticket, names),
        face=face_of(ticket, at),
        who=said.who,
        words=said.words,
        here=said.here,
        can=tuple(sorted(possible(ticket, by))),
        offered=_offered(ticket, by, names),
        doubt="nobody owns this" if ticket.unowned else "nobody's?" if ticket.facts.bounced else "",
        touched=ticket.acted_at is not None,
    )


def _offered(ticket: Ticket, by: access.Actor, names: Names) -> str:
    if not ticket.offer_kind:
        return ""
    if ticket.offer_kind == lifecycle.ASKED:
        return (
            "asked for by them"
            if ticket.facts.answering == by.side
            else "you asked for this"
            if by.side == ticket.offer_to
            else "asked for"
        )
    if ticket.offer_to == by.side:
        return "offered to you"
    return f"offered to {names.get((ticket.tenant_id, ticket.offer_to), saying.SIDES.get(ticket.offer_to, ticket.offer_to))}"


def _offer(ticket: Ticket, by: access.Actor, names: Names, at: datetime) -> Offer:
    asked = ticket.offer_kind == lifecycle.ASKED
    packet = ticket.packet
    back = ticking.face(
        due=ticket.offer_expires_at, what="", since=ticket.offer_at or at, waits="", wakes=None, at=at, zone=ticket.tenant.zone
    )
    side = ticket.offer_side or ticket.side
    return Offer(
        line=_line(ticket, by, names, NOTHING, at),
        giver=ticket.offer_name or names.get((ticket.tenant_id, side), saying.SIDES.get(side, "Comanaged")),
        side=side,
        to=names.get((ticket.tenant_id, ticket.facts.answering), saying.SIDES.get(ticket.facts.answering, "")),
        asked=asked,
        left=str(packet.get("why" if asked else "next", packet.get("why", ""))),
        must_not=str(packet.get("must_not", "")),
        back=back,
    )


def _said(tickets: Collection[Ticket], by: access.Actor, at: datetime) -> dict[int, Said]:
    """Return what was last said in sight of both sides on each ticket, twenty entries looked at, and who else has it open."""
    reader = sheets.reader_of(by)
    asked: list[Any] = [SHOWN, at - THERE, by.user_id, reader.company if reader.private else None]
    with connection.cursor() as cursor:
        cursor.execute(SAID, [*asked, [one.id for one in tickets], [one.tenant_id for one in tickets]])
        return {ticket: Said(who or "", " ".join((text or "").split()), tuple(here)) for ticket, who, text, here in cursor.fetchall()}


def _answer(ticket: Ticket, at: datetime) -> resolution.Answer | None:
    try:
        return responsibilities.who_answers(ticket.tenant_id, ticket.duty.key if ticket.duty else resolution.INTAKE, at, ticket.place)
    except KeyError:
        return None

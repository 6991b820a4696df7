"""What a mail becomes on tickets: an answer in its person's name, an entry that nobody vouches for, or a new ticket."""

from dataclasses import replace
from datetime import timedelta

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.accounts.models import Membership
from comanaged.vocabulary import Audience, Priority
from tickets import queries
from tickets.actions import filing, letters, linking, offers, opening, steps, talking, telling, working
from tickets.actions.letters import Became, Letter
from tickets.domain import audience as audiences
from tickets.domain import lifecycle, saying
from tickets.domain import linking as ties
from tickets.domain.lifecycle import Move, State
from tickets.mail import proof
from tickets.mail.splitting import REPLY_MARKS
from tickets.models import Event, Held, Kind, Link, Outcome, Ticket

REOPENINGS = 3  # of one ticket by mail within a day
VIA = "mail"
STILL_WAITS = f"{saying.BY_MAIL_ALONE} a ticket does not go on: this one still waits. Take it up again if this is what it waited for."
STILL_RESOLVED = f"{saying.BY_MAIL_ALONE} a ticket is not reopened: this one stays resolved. Reopen it if this says that it is not."


def answered(letter: Letter, membership: Membership) -> Became:
    """Write an answer in the name of the person to whom its address was given, for the readers of what it answers."""
    address, actor = letter.address, access.of_membership(membership)
    if address is None:
        raise ValueError("Only what came to an address for answers is anybody's.")
    with tenancy.only([letter.tenant.pk], side=actor.company_id):
        ticket = letters.last_of(address.ticket)
        held = letters.too_much(letter, ticket)
        if held is not None:
            return held
        if letter.private:
            return _noted(letter, ticket, actor)
        if not (letters.can_write(actor, ticket) or letters.can_write(actor, address.ticket)):
            return letter.hold(Held.NOT_TAKEN, "Its writer may not write on this ticket any more.", ticket=ticket)
        if ticket.state in lifecycle.FINISHED:
            return opened(letter, membership, of=ticket, vouched=True)
        public = actor.role == access.ASKS or address.audience == Audience.PUBLIC
        public = public and ticket.requester_id in {None, address.ticket.requester_id}  # merged into what another person asked
        return _replied(letter, ticket, actor, Audience.PUBLIC if public else Audience.SHARED)


def _noted(letter: Letter, ticket: Ticket, actor: access.Actor) -> Became:
    """Keep an answer to a private note as one: with the same side, and without a trace that the other side could count."""
    access.require(actor, "note.write_private")
    if actor.side is None:
        raise steps.NotYours("Only people of a side write its notes.")
    row = steps.locked(ticket.pk, by=actor, at=letter.at)
    turn = replace(steps.turn_on(row, Move.NOTE, by=actor, at=letter.at, text=letter.text()), via=VIA)
    event = steps.write(turn, kind=Kind.NOTE, audience=audiences.own(actor.side), text=letter.text())
    talking.hand_on(turn, event, letter.files.taken)
    return Became(Outcome.ANSWER, "", ticket_id=row.pk, event_id=event.pk, audience=event.audience, side_id=event.side_id)


def _replied(letter: Letter, ticket: Ticket, actor: access.Actor, audience: Audience) -> Became:
    """Write to both sides. The ticket wakes or opens again only where the sender's own mail server vouches for him."""
    row = steps.locked(ticket.pk, by=actor, at=letter.at)
    asked = queries.asked_for(row, actor)
    awaited = row.wait_reason == "requester" and asked
    again = row.state == State.RESOLVED and not proof.thanks(letter.found.text, files=bool(letter.found.attachments))
    again = again and (asked or access.may(actor, "ticket.reopen"))
    text = letter.text()
    left = _left_as_it_is(letter, row, awaited=awaited, again=again)
    if left:
        text = f"{text}\n\n({left})"
    turn = replace(steps.turn_on(row, Move.REPLY, by=actor, at=letter.at, text=text), via=VIA)
    if awaited and not left:
        turn = replace(turn, state=State.OPEN)
        row.wakes = 0
        offers.end_wait(row)
    event = steps.finish(turn, kind=Kind.REPLY, audience=audience, text=text)
    talking.hand_on(turn, event, letter.files.taken)
    if left:
        telling.holder(row, event, by=actor, at=letter.at)
    offers.woken(row, by=actor, at=letter.at)
    if again and not left:
        action = "request.reply" if actor.role == access.ASKS else "ticket.reopen"
        working.reopen(row.pk, "Answered by mail.", by=actor, at=letter.at, action=action)
    return Became(Outcome.ANSWER, "", ticket_id=row.pk, event_id=event.pk)


def _left_as_it_is(letter: Letter, ticket: Ticket, *, awaited: bool, again: bool) -> str:
    """Return why the ticket's state stays as it is though somebody wrote what would change it; "" where it changes, or nothing would."""
    if awaited and not letter.verified:
        return STILL_WAITS
    if not again:
        return ""
    since = letter.at - timedelta(days=1)
    reopened = Event.objects.for_tenant(ticket.tenant_id).of(ticket.pk).filter(kind=Kind.REOPENED, at__gt=since).count()
    return "" if letter.verified and reopened < REOPENINGS else STILL_RESOLVED


def added(letter: Letter, ticket: Ticket, *, audience: Audience | None = None, by: access.Actor | None = None) -> Became:
    """Write down what a mail says, as nobody's words but the mail's: it acts as nobody and moves nothing."""
    by = by or letters.product(letter)
    row = steps.locked(ticket.pk, by=by, at=letter.at)
    if row.state in lifecycle.FINISHED:
        raise steps.NotNow(f"This ticket is {row.state.lower()}.")
    asked = letter.user_id is not None and letter.user_id == row.requester_id
    audience = audience or (Audience.PUBLIC if asked else Audience.SHARED)
    left = STILL_WAITS if asked and row.wait_reason == "requester" else ""
    thanked = proof.thanks(letter.found.text, files=bool(letter.found.attachments))
    left = STILL_RESOLVED if row.state == State.RESOLVED and not thanked else left
    text = f"{letter.text()}\n\n({left})" if left else letter.text()
    turn = replace(steps.by_system(Move.COMMENT, row, by=by, at=letter.at), via=VIA)
    event = steps.finish(turn, kind=Kind.REPLY, audience=audience, text=text)
    filing.attach(turn, event, letter.files.taken)
    hear(letter, row, event, by)
    return Became(Outcome.ANSWER, "", ticket_id=row.pk, event_id=event.pk)


def hear(letter: Letter, ticket: Ticket, event: Event, by: access.Actor) -> None:
    """Tell whom an entry is for, and the holder in any case; never the sender of its own mail."""
    teller = replace(by, user_id=letter.user_id if letter.verified else None)  # who may not have sent it hears of it
    people = access.people_of(ticket.tenant_id, None, letter.at)
    telling.message(ticket, event, people, by=teller, at=letter.at, files=letter.files.names)
    telling.holder(ticket, event, by=teller, at=letter.at)


def opened(
    letter: Letter, membership: Membership, *, of: Ticket | None = None, vouched: bool = False, by: access.Actor | None = None
) -> Became:
    """Open a ticket for a known sender; `of` = a ticket that the mail goes on about, over or kept on one side; then it waits.

    `vouched` = it came to the sender's own address for answers.
    """
    if of is not None and of.hidden_for_id is not None:
        return letter.hold(
            Held.NOT_TAKEN, "It is about a ticket that one side keeps to itself, and a new one would name it to both.", ticket=of
        )
    held = letters.too_much(letter, None)
    if held is not None and by is None:
        return held
    with tenancy.only([letter.tenant.pk]):
        by = by or letters.product(letter, vouched=vouched)
        done = opening.ask(
            title=title_of(letter, of),
            duty_key=None,
            text=letter.text(),
            priority=Priority.P3,
            kind="mail",
            by=by,
            at=letter.at,
            requester_id=membership.user_id,
            via=VIA,
        )
        event = Event.objects.for_tenant(letter.tenant).of(done.ticket.pk).get(kind=Kind.OPENED)
        filing.attach(steps.Turn(done.ticket, Move.COMMENT, by, letter.at), event, letter.files.taken)
        if of is not None:
            _link(done.ticket, of, by, letter)
        if not letters.lately(letter, letters.HOUR).filter(outcome=Outcome.OPENED).exists():
            telling.acknowledge(done.ticket, event, by=by, at=letter.at)
    because = f"It goes on about ticket {of.number}, which is over." if of else ""
    return Became(Outcome.OPENED, because, ticket_id=done.ticket.pk, event_id=event.pk)


def _link(ticket: Ticket, of: Ticket, by: access.Actor, letter: Letter) -> None:
    one, two = ties.ordered(ties.Tie.RELATED, ticket.pk, of.pk)
    Link.objects.create(tenant=letter.tenant, one_id=one, other_id=two, kind=ties.Tie.RELATED, by_name=by.name, at=letter.at)
    turn = steps.Turn(ticket, Move.LINK, by, letter.at)
    words = ties.FROM_ONE[ties.Tie.RELATED]
    linking.entry_on(ticket, turn, Kind.LINKED, f"it {words} {linking.name_of(of, by)}")
    linking.entry_on(of, turn, Kind.LINKED, f"it {words} {linking.name_of(ticket, by)}")


def title_of(letter: Letter, of: Ticket | None) -> str:
    """Return a ticket's title: the subject without what programs put before it."""
    subject = letter.found.subject
    while (shorter := REPLY_MARKS.sub("", subject)) != subject:
        subject = shorter
    words = subject.strip() or (of.title if of else "")
    first = next((line.strip() for line in letter.found.text.split("\n") if line.strip()), "")
    return (words or first or f"Mail from {letter.sender}")[:200]

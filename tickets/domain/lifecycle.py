"""States of a ticket and the moves that lead from one to another; the table below is the rule."""

from dataclasses import dataclass
from enum import StrEnum

REASON = 10  # a reason shorter than this explains nothing
SAY_WHY = "Say why in ten characters or more; the reason is kept with the ticket."


class State(StrEnum):
    """Where a ticket stands."""

    NEW = "NEW"
    OPEN = "OPEN"
    WAITING = "WAITING"
    RESOLVED = "RESOLVED"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"
    MERGED = "MERGED"


class Move(StrEnum):
    """What somebody, or the system, does to a ticket."""

    TAKE = "TAKE"
    REPLY = "REPLY"
    NOTE = "NOTE"
    RESOLVE = "RESOLVE"
    CLOSE = "CLOSE"
    REOPEN = "REOPEN"
    CONFIRM = "CONFIRM"
    CANCEL = "CANCEL"
    CANCEL_OWN = "CANCEL_OWN"
    REPEAT = "REPEAT"
    RECUR = "RECUR"
    COMMENT = "COMMENT"
    SETTLE = "SETTLE"
    REROUTE = "REROUTE"


class Hat(StrEnum):
    """In what part somebody acts; one person may wear several."""

    REQUESTER = "REQUESTER"
    AGENT = "AGENT"
    HOLDER = "HOLDER"
    OTHER = "OTHER"
    READER = "READER"
    SYSTEM = "SYSTEM"


class Why(StrEnum):
    """What kind of refusal it is: not his, not now, or not said well enough."""

    HAT = "HAT"
    STATE = "STATE"
    TEXT = "TEXT"


TO_DO = frozenset({State.NEW, State.OPEN, State.WAITING})
UNFINISHED = TO_DO | {State.RESOLVED}
FINISHED = frozenset(State) - UNFINISHED
PEOPLE = frozenset({Hat.REQUESTER, Hat.AGENT, Hat.OTHER, Hat.READER})


@dataclass(frozen=True)
class Ticket:
    """What the rules need to know of a ticket; `asked` = a person asked, `acted` = a person did something in sight of both sides."""

    state: State
    side: str
    assignee: int | None = None
    requester: int | None = None
    asked: bool = False
    acted: bool = False


@dataclass(frozen=True)
class Actor:
    """What the rules need to know of who acts; `works` = works tickets for `side`, `leads` = manages that side."""

    side: str | None
    user: int | None = None
    works: bool = False
    leads: bool = False
    key: bool = False
    system: bool = False


@dataclass(frozen=True)
class Outcome:
    """A lawful move and the state it leads to."""

    move: Move
    before: State
    after: State


@dataclass(frozen=True)
class Refused:
    """An unlawful move, and why in words for the one who tried."""

    why: Why
    words: str


@dataclass(frozen=True)
class Rule:
    """One row of the table: from where, to where (None keeps the state), by whom, and the shortest text that will do."""

    starts: frozenset[State]
    ends: State | None
    hats: frozenset[Hat]
    text: int = 0
    ask: str = ""


RULES: dict[Move, Rule] = {
    Move.TAKE: Rule(frozenset({State.NEW, State.OPEN}), State.OPEN, frozenset({Hat.AGENT})),
    Move.REPLY: Rule(UNFINISHED, None, PEOPLE, text=1, ask="Write what you want to say."),
    Move.NOTE: Rule(frozenset(State) - {State.MERGED}, None, PEOPLE, text=1, ask="Write what your side should know."),
    Move.RESOLVE: Rule(
        frozenset({State.OPEN, State.WAITING}), State.RESOLVED, frozenset({Hat.HOLDER}), text=1, ask="Say in a line what solved it."
    ),
    Move.CLOSE: Rule(frozenset({State.RESOLVED}), State.CLOSED, frozenset({Hat.HOLDER})),
    Move.REOPEN: Rule(frozenset({State.RESOLVED}), State.OPEN, PEOPLE),
    Move.CONFIRM: Rule(frozenset({State.RESOLVED}), State.CLOSED, frozenset({Hat.REQUESTER})),
    Move.CANCEL: Rule(TO_DO, State.CANCELLED, frozenset({Hat.HOLDER}), text=REASON, ask=SAY_WHY),
    Move.CANCEL_OWN: Rule(TO_DO, State.CANCELLED, frozenset({Hat.REQUESTER}), text=REASON, ask=SAY_WHY),
    Move.REPEAT: Rule(TO_DO, None, frozenset({Hat.SYSTEM})),
    Move.RECUR: Rule(frozenset({State.RESOLVED}), State.OPEN, frozenset({Hat.SYSTEM})),
    Move.COMMENT: Rule(frozenset(State) - {State.MERGED}, None, frozenset({Hat.SYSTEM})),
    Move.SETTLE: Rule(TO_DO, State.CLOSED, frozenset({Hat.SYSTEM})),
    Move.REROUTE: Rule(frozenset({State.NEW}), None, frozenset({Hat.SYSTEM})),
}


# why not, in words, where the move's start is another state
WHILE_TO_DO = {
    Move.RESOLVE: "Take this ticket first; then it can be resolved.",
    Move.CLOSE: "Resolve this ticket first; then it can be closed.",
    Move.CONFIRM: "This ticket is not resolved yet, so there is nothing to confirm.",
    Move.REOPEN: "This ticket is not resolved, so there is nothing to reopen.",
}
WHILE_RESOLVED = {
    Move.RESOLVE: "This ticket is resolved already.",
    Move.CANCEL: "This ticket is resolved. Close it, or reopen it.",
    Move.CANCEL_OWN: "This ticket is resolved. Confirm it, or reopen it.",
}


def states_of(word: str) -> frozenset[State]:
    """Return the states a view's word stands for: what is to do, unfinished, closed, all, or one state by name."""
    several = {"": TO_DO, "all": frozenset(State), "unfinished": UNFINISHED, "closed": FINISHED}
    return several[word] if word in several else frozenset({State(word.upper())})


def hats(ticket: Ticket, actor: Actor) -> frozenset[Hat]:
    """Return every part in which the actor stands before this ticket."""
    if actor.system:
        return frozenset({Hat.SYSTEM})
    worn = {Hat.READER}
    if actor.user is not None and actor.user == ticket.requester:
        worn.add(Hat.REQUESTER)
    if actor.works:
        worn.add(Hat.AGENT if actor.side == ticket.side else Hat.OTHER)
    if Hat.AGENT in worn and holds(ticket, actor):
        worn.add(Hat.HOLDER)
    return frozenset(worn)


def holds(ticket: Ticket, actor: Actor) -> bool:
    """Say whether an agent of the holding side may finish this ticket without taking it first."""
    return actor.leads or actor.key or (actor.user is not None and actor.user == ticket.assignee)


def check(move: Move, ticket: Ticket, actor: Actor, *, text: str = "") -> Outcome | Refused:
    """Judge one move: whose it is first, then whether the state allows it, then whether the text says enough."""
    rule = RULES[move]
    worn = hats(ticket, actor)
    if not worn & rule.hats:
        return _not_his(move, worn)
    if ticket.state not in rule.starts:
        return Refused(Why.STATE, _not_from(move, ticket.state))
    if len(text.strip()) < _needed(rule, move, ticket):
        return Refused(Why.TEXT, rule.ask or "Say how the person who asked agreed.")
    return Outcome(move, ticket.state, rule.ends or ticket.state)


def when_repeated(ticket: Ticket) -> Move:
    """The same trouble again: one more line, or proof that a resolved ticket was not."""
    return Move.RECUR if ticket.state is State.RESOLVED else Move.REPEAT


def when_source_resolves(ticket: Ticket) -> Move:
    """A source closes only what no person has touched; otherwise it comments."""
    return Move.SETTLE if ticket.state in TO_DO and not ticket.acted else Move.COMMENT


def asks_for(move: Move, ticket: Ticket) -> int:
    """Return how many characters of text this move wants at least."""
    return _needed(RULES[move], move, ticket)


def _needed(rule: Rule, move: Move, ticket: Ticket) -> int:
    """A ticket that a person asked for is closed by others only when they say that the person agreed."""
    if move is Move.CLOSE and ticket.asked:
        return REASON
    return rule.text


def _not_his(move: Move, worn: frozenset[Hat]) -> Refused:
    if Hat.HOLDER in RULES[move].hats and Hat.AGENT in worn:
        return Refused(Why.STATE, "Take this ticket first; then it is yours to finish.")
    if RULES[move].hats == {Hat.REQUESTER}:
        return Refused(Why.HAT, "Only the person who asked can do this.")
    if Hat.OTHER in worn:
        return Refused(Why.HAT, "The other side holds this ticket. Write to them in a reply.")
    return Refused(Why.HAT, "Only the side that holds this ticket can do this. Write to them in a reply.")


def _not_from(move: Move, state: State) -> str:
    """Say why a move is not possible in this state, and what would be."""
    if state is State.MERGED:
        return "This ticket was merged into another one. Go on there."
    if state in FINISHED:
        return f"This ticket is {state.lower()}. Open a new one, and name this one in it."
    if state is State.RESOLVED:
        return WHILE_RESOLVED.get(move, "This ticket is resolved. Reopen it first.")
    return WHILE_TO_DO.get(move, f"This ticket is {state.lower()}; that is not possible now.")

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
    ASSIGN = "ASSIGN"
    RELEASE = "RELEASE"
    WAIT = "WAIT"
    WAKE = "WAKE"
    OFFER = "OFFER"
    ASK_FOR = "ASK_FOR"
    ACCEPT = "ACCEPT"
    DECLINE = "DECLINE"
    WITHDRAW = "WITHDRAW"
    EXPIRE = "EXPIRE"
    DIRECT = "DIRECT"
    EMERGENCY_TAKE = "EMERGENCY_TAKE"
    DECLARE = "DECLARE"
    END_MAJOR = "END_MAJOR"
    SET_DUTY = "SET_DUTY"
    SET_PRIORITY = "SET_PRIORITY"
    MERGE = "MERGE"
    UNMERGE = "UNMERGE"
    LINK = "LINK"
    WORK = "WORK"
    APPROVE = "APPROVE"
    HIDE = "HIDE"
    SHOW = "SHOW"
    DISPUTE = "DISPUTE"
    SETTLE_DISPUTE = "SETTLE_DISPUTE"


class Hat(StrEnum):
    """In what part somebody acts; one person may wear several."""

    REQUESTER = "REQUESTER"
    AGENT = "AGENT"
    HOLDER = "HOLDER"
    OTHER = "OTHER"
    LEAD = "LEAD"
    GOVERNOR = "GOVERNOR"
    COMMANDER = "COMMANDER"
    RESCUER = "RESCUER"
    ANSWERER = "ANSWERER"
    OFFERER = "OFFERER"
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
BOTH = frozenset({Hat.AGENT, Hat.OTHER})
NO_HANDOVER = frozenset({"ASKED", "MERGE"})  # kinds of an offer that hand nothing over
ASKED = "ASKED"  # the kind of an offer by which the other side asks to take a ticket over
OTHER_SIDE = {"INTERNAL": "PROVIDER", "PROVIDER": "INTERNAL"}
BOUNCED = 2  # crossings or declines from which on both leads look, and the next offer is a lead's


@dataclass(frozen=True)
class Ticket:
    """What the rules need to know of a ticket; `asked` = a person asked, `acted` = a person did something in sight of both sides."""

    state: State
    side: str
    assignee: int | None = None
    requester: int | None = None
    asked: bool = False
    acted: bool = False
    offer: str = ""  # the kind of the pending offer
    offer_to: str = ""
    offer_by: int | None = None
    offer_side: str = ""
    crossings: int = 0
    declines: int = 0
    major: bool = False  # a major incident of it is open
    hidden: bool = False  # one side alone sees it

    @property
    def answering(self) -> str:
        """The side that answers the pending offer: who would get the ticket, or who holds it when it is asked for."""
        return self.side if self.offer == ASKED else self.offer_to

    @property
    def bounced(self) -> bool:
        """Say whether it went to and fro so often that both leads look at it."""
        return max(self.crossings, self.declines) >= BOUNCED


@dataclass(frozen=True)
class Actor:
    """What the rules need to know of who acts; `works` = works tickets for `side`, `leads` = manages it, `governs` = answers for the matrix,
    `commands` = leads an open major incident of this client, `in_major` = one is open.
    """

    side: str | None
    user: int | None = None
    works: bool = False
    leads: bool = False
    key: bool = False
    system: bool = False
    governs: bool = False
    commands: bool = False
    in_major: bool = False


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
    Move.ASSIGN: Rule(frozenset({State.NEW, State.OPEN, State.WAITING}), None, frozenset({Hat.LEAD, Hat.COMMANDER})),
    Move.RELEASE: Rule(TO_DO, None, frozenset({Hat.HOLDER})),
    Move.WAIT: Rule(frozenset({State.OPEN}), State.WAITING, frozenset({Hat.HOLDER})),
    Move.WAKE: Rule(frozenset({State.WAITING}), State.OPEN, frozenset({Hat.HOLDER, Hat.SYSTEM})),
    Move.OFFER: Rule(TO_DO, None, frozenset({Hat.HOLDER, Hat.SYSTEM})),
    Move.ASK_FOR: Rule(
        TO_DO, None, frozenset({Hat.OTHER}), text=REASON, ask="Say why your side should take it, in ten characters or more."
    ),
    Move.ACCEPT: Rule(TO_DO, State.OPEN, frozenset({Hat.ANSWERER, Hat.SYSTEM})),
    Move.DECLINE: Rule(TO_DO, None, frozenset({Hat.ANSWERER}), text=REASON, ask=SAY_WHY),
    Move.WITHDRAW: Rule(TO_DO, None, frozenset({Hat.OFFERER})),
    Move.EXPIRE: Rule(TO_DO, None, frozenset({Hat.SYSTEM})),
    Move.DIRECT: Rule(TO_DO, State.OPEN, frozenset({Hat.GOVERNOR, Hat.COMMANDER}), text=REASON, ask=SAY_WHY),
    Move.EMERGENCY_TAKE: Rule(TO_DO, State.OPEN, frozenset({Hat.RESCUER}), text=REASON, ask=SAY_WHY),
    Move.DECLARE: Rule(TO_DO, None, PEOPLE),
    Move.END_MAJOR: Rule(TO_DO, None, frozenset({Hat.COMMANDER})),
    Move.SET_DUTY: Rule(TO_DO, None, BOTH),
    Move.SET_PRIORITY: Rule(TO_DO, None, BOTH),
    Move.MERGE: Rule(TO_DO, State.MERGED, BOTH | {Hat.GOVERNOR}),  # merging.py says who of them, by both tickets
    Move.UNMERGE: Rule(frozenset({State.MERGED}), State.OPEN, frozenset({Hat.LEAD, Hat.GOVERNOR})),
    Move.LINK: Rule(UNFINISHED, None, BOTH),
    Move.WORK: Rule(UNFINISHED, None, BOTH),
    Move.APPROVE: Rule(UNFINISHED, None, PEOPLE),  # approving.py says who of them
    Move.HIDE: Rule(TO_DO, None, frozenset({Hat.LEAD}), text=REASON, ask=SAY_WHY),  # hiding.py says what else must hold
    Move.SHOW: Rule(frozenset(State) - {State.MERGED}, None, frozenset({Hat.LEAD}), text=REASON, ask=SAY_WHY),
    Move.DISPUTE: Rule(frozenset(State) - {State.MERGED}, None, BOTH, text=REASON, ask=SAY_WHY),
    Move.SETTLE_DISPUTE: Rule(frozenset(State) - {State.MERGED}, None, frozenset({Hat.GOVERNOR}), text=REASON, ask=SAY_WHY),
}
PENDING = frozenset({Move.ACCEPT, Move.DECLINE, Move.WITHDRAW, Move.EXPIRE})  # about the offer that waits
NOT_BESIDE = frozenset({Move.OFFER, Move.ASK_FOR, Move.RESOLVE, Move.MERGE})  # not while an offer waits
# not while its major incident is open, and why in words
IN_A_MAJOR = {
    Move.WAIT: "This is a major incident: its clock does not stop, so it does not wait.",
    Move.SET_PRIORITY: "This is a major incident, which is critical until it ends.",
} | dict.fromkeys(
    (Move.RESOLVE, Move.CLOSE, Move.CANCEL, Move.CANCEL_OWN, Move.MERGE),
    "A major incident of this ticket is open. Who commands it ends it first.",
)
SHOW_FIRST = "Your side alone sees this ticket. A manager of your side shows it to both sides first."
# not while one side alone sees it, and why in words; the last one not while both do
BY_SIGHT = dict.fromkeys(
    (Move.OFFER, Move.ASK_FOR, Move.ACCEPT, Move.DIRECT, Move.EMERGENCY_TAKE, Move.DECLARE, Move.MERGE, Move.REROUTE, Move.DISPUTE),
    SHOW_FIRST,
) | {Move.HIDE: "Your side alone sees this ticket already.", Move.SHOW: "Both sides see this ticket already."}

# why not, in words, where the move's start is another state
WHILE_TO_DO = {
    Move.RESOLVE: "Take this ticket first; then it can be resolved.",
    Move.CLOSE: "Resolve this ticket first; then it can be closed.",
    Move.CONFIRM: "This ticket is not resolved yet, so there is nothing to confirm.",
    Move.REOPEN: "This ticket is not resolved, so there is nothing to reopen.",
    Move.WAIT: "A ticket that is open can wait. Take this one first, or up again.",
    Move.WAKE: "This ticket does not wait for anybody.",
    Move.UNMERGE: "This ticket was not merged.",
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
        worn |= _before_an_offer(ticket, actor)
    if Hat.AGENT in worn and holds(ticket, actor):
        worn.add(Hat.HOLDER)
    if Hat.AGENT in worn and actor.leads:
        worn.add(Hat.LEAD)
    called = ((Hat.GOVERNOR, actor.governs), (Hat.COMMANDER, actor.commands))
    worn |= {hat for hat, is_his in called if is_his}
    if Hat.OTHER in worn and actor.leads and actor.in_major:
        worn.add(Hat.RESCUER)
    return frozenset(worn)


def _before_an_offer(ticket: Ticket, actor: Actor) -> set[Hat]:
    """The side that answers, never the person who offered; and the side that offered, which may take it back."""
    if not ticket.offer:
        return set()
    himself = actor.user is not None and actor.user == ticket.offer_by
    answers = actor.side == ticket.answering and not himself
    by_rule = not ticket.offer_side  # then the lead of who holds it may say that the rule does not fit
    offered = actor.side == ticket.offer_side or (by_rule and actor.leads and actor.side == ticket.side)
    return {hat for hat, worn in ((Hat.ANSWERER, answers), (Hat.OFFERER, offered)) if worn}


def holds(ticket: Ticket, actor: Actor) -> bool:
    """Say whether an agent of the holding side may finish this ticket without taking it first."""
    return actor.leads or actor.key or (actor.user is not None and actor.user == ticket.assignee)


def check(move: Move, ticket: Ticket, actor: Actor, *, text: str = "") -> Outcome | Refused:
    """Judge one move: whose it is first, then whether the state allows it, then whether the text says enough."""
    rule = RULES[move]
    worn = hats(ticket, actor)
    if move in PENDING and not ticket.offer and ticket.state in rule.starts:
        return Refused(Why.STATE, "No offer waits for an answer here: it was answered, taken back, or its time ran out.")
    if not worn & rule.hats:
        return _not_his(move, worn)
    refused = _not_now(move, rule, ticket, actor)
    if refused:
        return Refused(Why.STATE, refused)
    if len(text.strip()) < _needed(rule, move, ticket):
        return Refused(Why.TEXT, rule.ask or "Say how the person who asked agreed.")
    return Outcome(move, ticket.state, rule.ends or ticket.state)


def when_repeated(ticket: Ticket) -> Move:
    """The same trouble again: one more line, or proof that a resolved ticket was not."""
    return Move.RECUR if ticket.state is State.RESOLVED else Move.REPEAT


def when_source_resolves(ticket: Ticket) -> Move:
    """A source closes only what no person has touched; otherwise it comments."""
    return Move.SETTLE if ticket.state in TO_DO and not ticket.acted and not ticket.major else Move.COMMENT


def asks_for(move: Move, ticket: Ticket) -> int:
    """Return how many characters of text this move wants at least."""
    return _needed(RULES[move], move, ticket)


def _needed(rule: Rule, move: Move, ticket: Ticket) -> int:
    """A ticket that a person asked for is closed by others only when they say that the person agreed."""
    if move is Move.CLOSE and ticket.asked:
        return REASON
    return rule.text


def _not_now(move: Move, rule: Rule, ticket: Ticket, actor: Actor) -> str:
    """Return why the ticket's state does not allow a move, "" when it does."""
    if ticket.state not in rule.starts:
        return _not_from(move, ticket.state)
    if ticket.major and move in IN_A_MAJOR:
        return IN_A_MAJOR[move]
    if ticket.hidden is not (move is Move.SHOW) and move in BY_SIGHT:
        return BY_SIGHT[move]
    if move in NOT_BESIDE and ticket.offer and not actor.system:
        return "An offer of this ticket waits for its answer. Take it back first, or let them answer."
    if move is Move.OFFER and ticket.bounced and not (actor.leads or actor.system):
        return "This ticket came back twice already. Ask your lead to offer it, or to settle whose it is."
    return ""


# whose a move is, in words for somebody whose it is not; the first that is needed and not worn speaks
WHOSE = {
    Hat.REQUESTER: "Only the person who asked can do this.",
    Hat.LEAD: "Only a manager of the side that holds this ticket can do this.",
    Hat.GOVERNOR: "Only who answers for the matrix can do this.",
    Hat.COMMANDER: "Only who commands the major incident can do this.",
    Hat.RESCUER: "Only a manager of the other side takes a ticket at once, and only while a major incident is open.",
    Hat.OFFERER: "Only the side that offered this ticket can take the offer back; where the matrix offered it, a manager of the side that holds it.",
}


def _not_his(move: Move, worn: frozenset[Hat]) -> Refused:
    wanted = RULES[move].hats
    if Hat.HOLDER in wanted and Hat.AGENT in worn:
        return Refused(Why.STATE, "Take this ticket first; then it is yours to finish.")
    if Hat.ANSWERER in wanted and Hat.OFFERER in worn:
        return Refused(Why.HAT, "The other side answers this offer. You can take it back.")
    if wanted == {Hat.OTHER} and Hat.AGENT in worn:
        return Refused(Why.HAT, "Your side holds this ticket already.")
    named = next((words for hat, words in WHOSE.items() if hat in wanted), "")
    if named:
        return Refused(Why.HAT, named)
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

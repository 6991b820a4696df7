"""A major incident with both sides: who commands, who may take command from silence, what falls due, and what its end needs."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from tickets.domain.clocks import Open
from tickets.domain.lifecycle import OTHER_SIDE, REASON

COMMAND = "incident.command"
FIRST = "incident.first-response"
AUTHORITY = "incident.containment-authority"

ACCEPT = timedelta(minutes=10)  # in which command is to be taken
SILENCE = timedelta(minutes=10)  # of the commander, after which the deputy may take command
CALM = timedelta(minutes=30)  # of silence while no update is overdue, after which the deputy is called
HOURLY = 6  # calls that nobody follows come ten minutes apart so often, then every hour
ANSWER = timedelta(minutes=15)  # in which a containment is to be allowed or not; then the stand-in is asked for as long
REVIEW_DAYS = 5  # working days
FAR_DAYS = 60  # days in which five working ones are looked for
RHYTHM = 30  # minutes between updates to users, unless the commander sets another one
SHORTEST, LONGEST = 5, 240


class State(StrEnum):
    """Where an incident stands."""

    DECLARED = "DECLARED"
    COMMANDED = "COMMANDED"
    ENDED = "ENDED"


class Source(StrEnum):
    """Where a fact of the timeline comes from."""

    ALERT = "ALERT"
    TICKET = "TICKET"
    CHECK = "CHECK"
    HUMAN = "HUMAN"
    SYSTEM = "SYSTEM"


class Fact(StrEnum):
    """What an entry of the timeline tells."""

    ORIGIN = "ORIGIN"
    DECLARED = "DECLARED"
    COMMANDED = "COMMANDED"
    TAKEN_OVER = "TAKEN_OVER"
    HANDED_ON = "HANDED_ON"
    ROLE = "ROLE"
    RHYTHM = "RHYTHM"
    ASSIGNED = "ASSIGNED"
    UPDATE = "UPDATE"
    LOG = "LOG"
    ASKED = "ASKED"
    PASSED = "PASSED"
    ANSWERED = "ANSWERED"
    UNANSWERED = "UNANSWERED"
    NOBODY = "NOBODY"
    OVERDUE = "OVERDUE"
    SILENT = "SILENT"
    ENDED = "ENDED"
    REVIEW = "REVIEW"
    FOLLOW_UP = "FOLLOW_UP"
    SIGNED = "SIGNED"
    LATE_REVIEW = "LATE_REVIEW"


class Asked(StrEnum):
    """Where a request to contain stands."""

    PENDING = "PENDING"
    ALLOWED = "ALLOWED"
    REFUSED = "REFUSED"
    UNANSWERED = "UNANSWERED"
    WITHDRAWN = "WITHDRAWN"


class Cause(StrEnum):
    """What is known of the cause at the end."""

    KNOWN = "KNOWN"
    MITIGATED = "MITIGATED"


class Role(StrEnum):
    """The parts that the commander gives; who may have each is a matter of its side."""

    DEPUTY = "deputy"
    SCRIBE = "scribe"
    USERS = "voice_users"
    VENDOR = "voice_vendor"
    LEAD_INTERNAL = "lead_internal"
    LEAD_PROVIDER = "lead_provider"


CALLED = {
    Role.DEPUTY: "Deputy",
    Role.SCRIBE: "Scribe",
    Role.USERS: "Voice to users",
    Role.VENDOR: "Voice to vendors",
    Role.LEAD_INTERNAL: "Technical lead, internal IT",
    Role.LEAD_PROVIDER: "Technical lead, provider",
}
CAUSES = {Cause.KNOWN: "The cause is known", Cause.MITIGATED: "The cause is not known; its effect is stopped"}
DONE = {
    Fact.ORIGIN: "saw it first",
    Fact.DECLARED: "declared a major incident",
    Fact.COMMANDED: "took command",
    Fact.TAKEN_OVER: "took command from silence",
    Fact.HANDED_ON: "handed command on",
    Fact.ROLE: "gave a part to somebody",
    Fact.RHYTHM: "set how often users hear of it",
    Fact.ASSIGNED: "gave work to somebody",
    Fact.UPDATE: "told the users",
    Fact.LOG: "wrote down",
    Fact.ASKED: "asked to contain",
    Fact.PASSED: "passed the request on",
    Fact.ANSWERED: "answered the request to contain",
    Fact.UNANSWERED: "saw a request to contain unanswered",
    Fact.NOBODY: "saw that nobody took command",
    Fact.OVERDUE: "saw an update overdue",
    Fact.SILENT: "saw the commander silent",
    Fact.ENDED: "ended the major incident",
    Fact.REVIEW: "wrote the review",
    Fact.FOLLOW_UP: "made a ticket of what the review asks for",
    Fact.SIGNED: "signed the review",
    Fact.LATE_REVIEW: "saw the review overdue",
}
# facts that hold what a person wrote; of all others the product itself chose the words, or they stand on a ticket
BLANKABLE = frozenset({Fact.DECLARED, Fact.HANDED_ON, Fact.LOG, Fact.ASKED, Fact.ANSWERED, Fact.ENDED})
ANSWERS = {
    Asked.PENDING: "waits for an answer",
    Asked.ALLOWED: "allowed",
    Asked.REFUSED: "not allowed",
    Asked.UNANSWERED: "nobody answered",
    Asked.WITHDRAWN: "taken back",
}
FROM_NOW_ON = " commands from now on."  # after the name, in the fact of a command handed on
SECTIONS = {
    "happened": "What happened",
    "cause": "The cause",
    "helped": "What helped",
    "hindered": "What hindered",
}


@dataclass(frozen=True)
class Who:
    """Somebody at an incident: the person, the side, whether he works for it, whether he manages it."""

    user: int | None
    side: str
    works: bool = True
    leads: bool = False


@dataclass(frozen=True)
class Post:
    """How command stands: whom the matrix expects and until when, who has it, since when he is silent, who would take over."""

    state: State
    side: str  # the side that the matrix names
    named: int | None  # the person it names there, None for whoever of that side
    due_at: datetime
    commander: int | None = None
    commander_side: str = ""
    heard_at: datetime | None = None
    update_due_at: datetime | None = None
    deputy: int | None = None
    deputy_side: str = ""
    gone: bool = False  # who commands is no live worker any more
    alone: bool = False  # nobody works on the deputy's side


@dataclass(frozen=True)
class Command:
    """Command as it is after an act: exactly one commander, and a deputy of the other side."""

    commander: int
    side: str
    deputy: int | None
    deputy_side: str


@dataclass(frozen=True)
class Happening:
    """What comes by itself, and when."""

    at: datetime
    what: str


@dataclass(frozen=True)
class Seat:
    """Who may allow a containment: a person, or the desk of a side or leadership; `because` says why it is theirs."""

    party: str
    person: int | None
    name: str
    because: str = ""

    def fits(self, user: int | None, side: str | None, role: str) -> bool:
        """Say whether somebody answers from this seat."""
        if user is None:
            return False
        if self.person is not None:
            return self.person == user
        return role == "c_lead" if self.party == "LEADERSHIP" else self.party == side and role != "c_lead"


def deputy_from(post: Post) -> datetime | None:
    """Return the moment from which the deputy may take command; None while nothing makes it possible."""
    if post.state is State.DECLARED:
        return post.due_at
    if post.state is State.ENDED or post.heard_at is None:
        return None
    return post.heard_at if post.gone else post.heard_at + SILENCE


def called_from(post: Post) -> datetime | None:
    """Return when the deputy is called to a silent commander: once an update is overdue as well, and in any case after half an hour."""
    if post.state is not State.COMMANDED or post.heard_at is None:
        return None
    calm = post.heard_at + CALM
    return calm if post.update_due_at is None else min(calm, max(post.heard_at + SILENCE, post.update_due_at))


def why_not_accept(post: Post, who: Who, at: datetime) -> str:
    """Return why somebody may not take command now, "" when he may."""
    if post.state is State.ENDED:
        return "This incident is over."
    if not who.works or who.user is None:
        return "Who works tickets takes command. Log what you know, and ask them."
    if post.state is State.COMMANDED:
        return _why_not_from_silence(post, who, at)
    if _expected(post, who) or _follows(post, who, late=at >= post.due_at, side=post.side):
        return ""
    if who.side == post.side:
        return "The matrix names somebody of your side for this. Call them; if nobody takes command in time, the deputy may."
    return "The other side is asked to take command first. If nobody does in time, your side may."


def accept(post: Post, who: Who) -> Command:
    """Return command as somebody takes it, lawfully; who had it before and is of the other side becomes the deputy."""
    other = OTHER_SIDE[who.side]
    keeps = post.deputy if post.deputy_side == other and post.deputy != who.user else None
    before = post.commander if post.commander_side == other else None
    return Command(who.user or 0, who.side, before or keeps, other)


def why_not_lead(post: Post, who: Who) -> str:
    """Return why somebody may not do what only the commander does, "" when he may."""
    if post.state is State.ENDED:
        return "This incident is over."
    if post.commander is None:
        return "Nobody commands yet. Take command first."
    return "" if who.user is not None and who.user == post.commander else "Only who commands this incident can do this."


def hand_on(post: Post, to: Who) -> Command | str:
    """Return command as it is handed on, or why it cannot be."""
    if to.user == post.commander:
        return "They command already. Choose somebody else."
    if not to.works:
        return "Choose somebody who works tickets."
    return accept(post, to)


def unfit_role(role: Role, commander_side: str, side: str) -> str:
    """Return why somebody of a side cannot have a part, "" when he can."""
    wanted = {
        Role.DEPUTY: OTHER_SIDE.get(commander_side, ""),
        Role.LEAD_INTERNAL: "INTERNAL",
        Role.LEAD_PROVIDER: "PROVIDER",
    }.get(role, side)
    if side == wanted:
        return ""
    return "The deputy is of the other side than who commands." if role is Role.DEPUTY else "Choose somebody of that side."


def unfit_rhythm(minutes: int) -> str:
    """Return why updates cannot come so often, "" when they can."""
    return "" if SHORTEST <= minutes <= LONGEST else f"Choose between {SHORTEST} and {LONGEST} minutes."


def next_update(updated_at: datetime, minutes: int, at: datetime) -> datetime:
    """Return when the next update is due once the rhythm is set; never before now."""
    return max(updated_at + timedelta(minutes=minutes), at)


def happenings(post: Post, told: Collection[str], review_due_at: datetime | None) -> list[Happening]:
    """Return what comes by itself and was not told yet, the earliest first."""
    found = []
    if post.state is State.DECLARED:
        found.append(_call("command", post.due_at, told))
    if post.state is not State.ENDED and post.update_due_at is not None:
        found.append(Happening(post.update_due_at, f"update:{post.update_due_at.isoformat()}"))
    silent = called_from(post)
    if silent is not None and post.heard_at is not None:
        found.append(_call(f"silent:{post.heard_at.isoformat()}", silent, told))
    if post.state is State.ENDED and review_due_at is not None:
        found.append(Happening(review_due_at, "review"))
    return sorted((one for one in found if one.what not in told), key=lambda one: one.at)


def review_due(office: Open, ended_at: datetime, zone: str) -> datetime:
    """Return the end of the fifth working day after the end; where no hours ever open, five days later."""
    there, found = ZoneInfo(zone), 0
    for number in range(1, FAR_DAYS):
        day = ended_at.astimezone(there).date() + timedelta(days=number)
        start, end = (datetime.combine(one, time(), there) for one in (day, day + timedelta(days=1)))
        spans = [span for span in office.spans(start, end) if span[0] < end and span[1] > start]
        found += bool(spans)
        if found == REVIEW_DAYS:
            return min(spans[-1][1], end)
    return ended_at + timedelta(days=REVIEW_DAYS)


def each_once(seats: Iterable[Seat]) -> tuple[Seat, ...]:
    """Return every seat once: whoever is named twice keeps the first place."""
    kept: dict[tuple[str, int | None], Seat] = {}
    for seat in seats:
        kept.setdefault((seat.party, seat.person), seat)
    return tuple(kept.values())


def first_seats(seats: Iterable[Seat], sitting: Collection[tuple[int, str, str]], asker: int | None) -> tuple[Seat, ...]:
    """Return who is asked and who stands in, in order: nobody allows what he asks for himself, and an empty seat answers nothing.

    `sitting` is who could answer, each as the person, the side and the role.
    """
    found = dict.fromkeys(seat for seat in seats if any(seat.fits(*one) for one in sitting if one[0] != asker))
    return tuple(found)[:2]


def lacks_at_the_end(cause: str, text: str, kept: str, open_children: Collection[str]) -> tuple[str, str] | None:
    """Return the field and the words of the first thing that the end of an incident lacks, None when nothing is."""
    if cause not in set(Cause):
        return "cause", "Say whether the cause is known, or its effect is stopped."
    if len(text.strip()) < REASON:
        return "text", "Say what the cause was, or what stopped it, in ten characters or more."
    if open_children and len(kept.strip()) < REASON:
        return "kept", f"Parts of it are open: {', '.join(sorted(open_children))}. Resolve them, or say why they are kept open."
    return None


def own_words(kind: Fact, text: str, words: Iterable[str]) -> str:
    """Return how the text of a fact begins, as far as the product itself wrote it: that much stays when a person's words are blanked."""
    if kind not in {Fact.HANDED_ON, Fact.ANSWERED, Fact.ENDED}:
        return ""
    begins = len(text)
    for word in reversed(list(words)):  # they stand at the end, in this order; what the product says before may hold a short one as well
        place = text.rfind(word, 0, begins)
        begins = place if place >= 0 else begins
    return text[:begins].rstrip() if begins < len(text) else ""


def lacks_in_review(said: Mapping[str, str]) -> list[str]:
    """Return the names of the sections that say nothing yet."""
    return [name for name in SECTIONS if not said.get(name, "").strip()]


def place_of(sides: Mapping[str, int | None], side: str, *, left: bool) -> str:
    """Return in which place somebody signs: that of his side, or the provider's once the provider `left` and his own side signed."""
    return "PROVIDER" if left and side == "INTERNAL" and side in sides else side


def why_not_sign(sides: Mapping[str, int | None], side: str, user: int | None, *, left: bool = False) -> str:
    """Return why somebody may not sign now. `sides` says which person signed in which place."""
    if user is not None and user in sides.values():
        return "You signed this already. One person signs once, so somebody else signs here."
    return "Your side signed this already." if place_of(sides, side, left=left) in sides else ""


def in_its_place(provider: str, client: str) -> str:
    """Say who signs for a provider that is there no longer."""
    gone = (
        f"{provider} no longer serves {client}, so nobody there can sign." if provider else f"No provider served {client} in this incident."
    )
    return f"{gone} A second signatory of {client} signs in this place."


def not_yours(provider: str, client: str) -> str:
    """Say to a provider that came later whose review this is."""
    both = f"{provider} and {client}" if provider else client
    return f"This is the review of {both}. Your company did not serve {client} in this incident, so it reads the review and does not write or sign it."


def _expected(post: Post, who: Who) -> bool:
    return who.side == post.side and post.named in (None, who.user)


def _deputy(post: Post, who: Who) -> bool:
    """The deputy is of the other side: the person who was named, else whoever works there; its managers in any case."""
    return who.side == post.deputy_side and (post.deputy in (None, who.user) or who.leads)


def _follows(post: Post, who: Who, *, late: bool, side: str) -> bool:
    """Say whether somebody may step in for who should command or does, who is of `side` and `late`: no answer, silent, or gone.

    The deputy does, and a manager of the same side; with nobody on the deputy's side that manager need not wait, and then anybody may.
    """
    if _deputy(post, who):
        return late
    return who.side == side and ((who.leads and (late or post.alone)) or (late and post.alone))


def _why_not_from_silence(post: Post, who: Who, at: datetime) -> str:
    if who.user == post.commander:
        return "You command this already."
    since = deputy_from(post)
    if _follows(post, who, late=since is not None and at >= since, side=post.commander_side):
        return ""
    if _follows(post, who, late=True, side=post.commander_side):
        return "Who commands is not silent. They can hand command on to you."
    return "Somebody commands already. They hand it on, or the deputy takes it when they are silent."


def _call(what: str, at: datetime, told: Collection[str]) -> Happening:
    """Return the first call, or the next one while nobody follows: every ten minutes for an hour, then every hour."""
    number = sum(1 for word in told if word == what or word.startswith(f"{what}:again:"))
    if not number:
        return Happening(at, what)
    wait = ACCEPT * min(number, HOURLY) + timedelta(hours=max(number - HOURLY, 0))
    return Happening(at + wait, f"{what}:again:{number}")

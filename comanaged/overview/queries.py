"""What leadership asks, answered for one moment out of the same reads as every other page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from comanaged.accounts import access
from comanaged.accounts.models import Organisation
from comanaged.vocabulary import Hours, Party
from monitoring.models import Alert, Verdict
from responsibilities import catalogue
from responsibilities import queries as responsibilities
from responsibilities.domain import matrix as matrices
from responsibilities.domain.compiled import Compiled
from responsibilities.domain.matrix import Duty, Matrix
from responsibilities.queries import board as questions
from tickets import queries as tickets
from tickets.queries import handovers, hiding
from tickets.queries.disputes import Disputed, open_ones

NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"]
NOBODY = "NOBODY"


@dataclass(frozen=True, slots=True)
class Ask:
    """One question and its answer now: who, by day and night, why, and from when where nobody has to be there yet."""

    text: str
    duty: str
    address: str
    subject: str
    party: str
    hours: str
    because: str
    day: str
    night: str
    half: str
    waits: str
    gaps: str

    @property
    def bad(self) -> bool:
        """Return whether nobody answers, now or when somebody next has to, for this duty or another of the question."""
        return self.party == NOBODY or bool(self.gaps)

    @property
    def other_half(self) -> str:
        """Return "By night" or "By day" where the half that is not now is a hole."""
        hole = self.night if self.half == "day" else self.day
        return "" if hole != NOBODY or self.waits else "By night" if self.half == "day" else "By day"


@dataclass(frozen=True, slots=True)
class Figure:
    """A count and the list that it opens."""

    number: int
    words: str
    address: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Hidden:
    """How many tickets an organisation keeps to itself; the number is all that the other one learns."""

    company: str
    number: int


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the page, frozen at one moment."""

    at: datetime
    hours: str
    standing: str
    sentence: str
    provider: str
    matrix: str
    duties: int
    asks: tuple[Ask, ...]
    figures: tuple[Figure, ...]
    handovers: tuple[Figure, ...]
    answered: str  # how long half of the answers took at most
    disputes: tuple[Disputed, ...]
    hidden: tuple[Hidden, ...]


def board(client: Organisation, at: datetime, company: int | None) -> Board:
    """Return the answers to the thirteen questions at `at`, and the counts behind them as an organisation sees them."""
    compiled = responsibilities.compiled_of(client.pk, at)
    matrix = compiled.matrix
    root = f"/{client.slug}/"
    asks = tuple(
        ask(compiled, question.text, [key for key in question.duties if key in matrix.duties], at, root)
        for question in catalogue.questions()
    )
    shown, handed = figures(client, root, at, company), handovers.figures(client.pk, at)
    return Board(
        at=at.astimezone(ZoneInfo(client.zone)),
        hours="business hours" if matrix.calendar.includes(Hours.BUSINESS, at) else "after hours",
        standing=standing(matrix),
        sentence=sentence(asks, shown),
        provider=matrix.names[Party.PROVIDER],
        matrix=f"{root}matrix/",
        duties=len(matrix.duties),
        asks=asks,
        figures=shown,
        handovers=(
            *(Figure(one.number, one.words, f"{root}tickets/handovers/?answer={one.pick}") for one in handed.shown),
            Figure(handed.crossed, "crossed twice or more and to do", f"{root}tickets/?q=crossed", bad=handed.crossed > 0),
        ),
        answered=handed.median,
        disputes=open_ones(client.pk),
        hidden=hidden_by(client, at),
    )


def ask(compiled: Compiled, text: str, keys: Sequence[str], at: datetime, root: str) -> Ask:
    """Return one question with the answer of its first duty; gaps name its other duties that nobody does."""
    if not keys:
        return Ask(
            text, "No duty of this matrix", f"{root}matrix/", "nobody", NOBODY, "", "No duty answers this question.", "", "", "", "", ""
        )
    matrix = compiled.matrix
    first, *others = (questions.answer_of(compiled, key, at) for key in keys)
    answer, duty = first.answer, matrix.duties[first.duty]
    left_out = answer.nobody and not first.bad
    halves = matrices.by_halves(matrix, duty, at)
    return Ask(
        text=text,
        duty=first.duty_name,
        address=f"{root}matrix/{first.duty}/",
        subject="left out on purpose" if left_out else answer.subject,
        party="" if left_out else answer.party or NOBODY,
        hours=answer.hours_text if answer.party else "",
        because=answer.because,
        day=half_of(halves, Hours.BUSINESS, duty),
        night=half_of(halves, Hours.AFTER, duty),
        half="day" if matrix.calendar.includes(Hours.BUSINESS, at) else "night",
        waits=from_when(first.from_at, at, matrix.calendar.zone) if first.from_at else "",
        gaps=", ".join(one.duty_name for one in others if one.bad),
    )


def half_of(halves: Mapping[Hours, Party | None], half: Hours, duty: Duty) -> str:
    """Return who holds a half, NOBODY for a hole, empty where nobody has to."""
    due = duty.coverage in {half, Hours.ALWAYS}
    return halves[half] or (NOBODY if due else "")


def from_when(start: datetime, at: datetime, zone: str) -> str:
    """Return "from 17:30:", with the day where it is not today's."""
    here = start.astimezone(ZoneInfo(zone))
    day = "" if here.date() == at.astimezone(here.tzinfo).date() else f"{here:%A} "
    return f"from {day}{here:%H:%M}:"


def figures(client: Organisation, root: str, at: datetime, company: int | None) -> tuple[Figure, ...]:
    """Return the counts, each with the address of the rows it counts."""
    open_now = tickets.counts(client.pk, company)
    broken, blocking = responsibilities.finding_counts(client.pk, at)
    failing = Verdict.objects.for_tenant(client).current().failing().values("job").distinct().count()
    return (
        Figure(blocking, "findings block signing", f"{root}findings/?view=blocks", bad=blocking > 0),
        Figure(broken, "findings are open", f"{root}findings/"),
        Figure(open_now.internal, "tickets are with internal IT", f"{root}tickets/?side=internal"),
        Figure(open_now.provider, "tickets are with the provider", f"{root}tickets/?side=provider"),
        Figure(Alert.objects.for_tenant(client).open().count(), "alerts fire", f"{root}alerts/?state=open"),
        Figure(failing, "backup jobs fail a check", f"{root}proof/backups/", bad=failing > 0),
    )


def hidden_by(client: Organisation, at: datetime) -> tuple[Hidden, ...]:
    """Return how many tickets each side keeps to itself, the client first, and who kept some before that serves no more."""
    counted, serving = hiding.counts(client.pk), access.provider_of(client.pk, at)
    known = Organisation.objects.in_bulk(counted.keys()) | {one.pk: one for one in (client, serving) if one}
    order = sorted(known.values(), key=lambda one: (one.pk != client.pk, serving is None or one.pk != serving.pk, one.name))
    return tuple(Hidden(one.name, counted.get(one.pk, 0)) for one in order)


def standing(matrix: Matrix) -> str:
    """Return in words which version answers."""
    if matrix.version is None:
        return "There is no matrix yet."
    return (
        f"Version {matrix.version} is in force."
        if matrix.signed
        else f"The draft of version {matrix.version} answers; nothing is signed yet."
    )


def sentence(asks: Sequence[Ask], shown: Sequence[Figure]) -> str:
    """Return the page in one sentence."""
    holes = sum(one.bad for one in asks)
    answered = len(asks) - holes
    beginning = f"{NUMBERS[answered].capitalize()} of {NUMBERS[len(asks)]} questions have somebody who answers"
    rest = [f"{NUMBERS[holes]} {'has' if holes == 1 else 'have'} nobody"] if holes else []
    blocking = shown[0].number
    rest += [f"{blocking} {'finding blocks' if blocking == 1 else 'findings block'} signing"] if blocking else []
    return "; ".join([beginning, *(rest or ["nothing blocks signing"])]) + "."

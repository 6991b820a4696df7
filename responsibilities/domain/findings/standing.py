"""Whether what is agreed still stands: signed, looked at again in time, in step with its template, its exceptions not run out."""

from collections.abc import Collection, Iterator
from datetime import timedelta

from comanaged.vocabulary import FindingSeverity
from responsibilities.domain.findings.draft import BLOCKING, STRUCTURAL, Draft, Key, severity
from responsibilities.domain.findings.facts import Facts
from responsibilities.domain.findings.scene import Ground, day
from responsibilities.domain.matrix import Duty

REVIEWS = {"monthly": 31, "quarterly": 92, "semiannual": 183, "annual": 366}  # days
PATIENCE = timedelta(days=14)  # that a proposed version may wait
TWICE = 2
EXCLUSION = "exclusion"


def unsigned(ground: Ground, facts: Facts) -> Iterator[Draft]:
    """UNSIGNED: work follows what nobody signed, or a proposed version waits for more than a fortnight."""
    waits = ground.at - facts.proposed_at if facts.proposed_at else timedelta()
    said = []
    if facts.nothing_in_force:
        said.append(f"Version {facts.version} is worked from and both sides have not signed it.")
    if waits > PATIENCE:
        said.append(f"Version {facts.version} has waited for signatures for {waits.days} days.")
    if said:
        yield _client("UNSIGNED", "", " ".join(said))


def overdue(ground: Ground, facts: Facts, duty: Duty) -> Iterator[Draft]:
    """REVIEW_OVERDUE: nobody said lately that a signed line is still true."""
    days = REVIEWS.get(duty.review)
    if facts.in_force_at is None or days is None:
        return
    last = max(facts.in_force_at, facts.confirmed.get(duty.key, facts.in_force_at))
    late = (ground.at - last) / timedelta(days=days)
    if late > 1:
        base = FindingSeverity.MEDIUM if late > TWICE else STRUCTURAL["REVIEW_OVERDUE"]
        sentence = f"{duty.name} is to be looked at every {days} days and was last found true on {day(ground.matrix, last)}."
        yield _of("REVIEW_OVERDUE", duty, sentence, base=base)


def behind(facts: Facts) -> Iterator[Draft]:
    """TEMPLATE_BEHIND: a newer edition of the template says something else of lines that nobody here changed."""
    news = facts.news
    if news and news.touched:
        number = len(news.touched)
        lines = "one line" if number == 1 else f"{number} lines"
        sentence = (
            f"{news.name} has a newer edition ({news.newest}, here {news.pinned}) that says something else of {lines} you did not change."
        )
        yield _client("TEMPLATE_BEHIND", news.template, sentence, news.touched)


def expired(ground: Ground, facts: Facts, found: Collection[Key]) -> Iterator[Draft]:
    """ACCEPTANCE_EXPIRED: an exclusion is past its date, or an acceptance is while its finding is still there."""
    for key, exclusion in ground.matrix.exclusions.items():
        duty = ground.matrix.duties.get(key)
        if duty and exclusion.ends_at <= ground.at:
            ended = day(ground.matrix, exclusion.ends_at)
            sentence = f"The exclusion of {duty.name} ended on {ended}, and nobody decided anew."
            yield _of("ACCEPTANCE_EXPIRED", duty, sentence, subject=EXCLUSION)
    for lapsed in facts.lapsed:
        code, place, about, subject = lapsed.key
        duty = ground.matrix.duties.get(about)
        if code in STRUCTURAL and lapsed.key not in found:
            continue
        ended, name = day(ground.matrix, lapsed.ended_at), duty.name if duty else ground.matrix.places.called(place) or "the whole client"
        sentence = f"{lapsed.accepted_by} accepted a gap in {name} until {ended}. It is still there."
        about_what = f"{code} {subject}".strip()
        if duty:
            yield _of("ACCEPTANCE_EXPIRED", duty, sentence, place=place, subject=about_what)
        else:
            yield _client("ACCEPTANCE_EXPIRED", about_what, sentence, place=place)


def _of(code: str, duty: Duty, sentence: str, *, place: str = "", subject: str = "", base: FindingSeverity | None = None) -> Draft:
    worst = severity(base or STRUCTURAL[code], duty.risk)
    return Draft(code, duty.key, place, subject, worst, blocks=code in BLOCKING, sentence=sentence)


def _client(code: str, subject: str, sentence: str, items: tuple[str, ...] = (), place: str = "") -> Draft:
    return Draft(code, "", place, subject, STRUCTURAL[code], blocks=code in BLOCKING, sentence=sentence, items=items)

"""Blind rounds as the tests need them: asked and answered by the cast, through the product's own actions."""

from collections.abc import Sequence
from datetime import UTC, datetime

from comanaged.vocabulary import Hours
from responsibilities.actions import attesting as actions
from responsibilities.domain import attesting
from responsibilities.models import Attestation, BlindQuestion
from tests.cast import Cast

AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
JOBS, AFTER, OFFICE = "backup.jobs", "monitoring.after-hours", "support.first-line"


def ask(cast: Cast, *duties: str, people: Sequence[str] = ("Iris", "Tess"), by: str = "Iris", at: datetime = AT) -> Attestation:
    """Let somebody ask people about duties of Harbor Dental."""
    with cast.as_(by) as person:
        return actions.ask(actions.Wanted(duties or (JOBS,), [cast.people[name].pk for name in people]), by=person, at=at)


def say(cast: Cast, name: str, word: str, night: str = "", *, duty: str = JOBS, at: datetime = AT) -> actions.Taken:
    """Let somebody answer as they would say it: us, them, both, nobody, unsure, by day (and night, where it is another word)."""
    with cast.as_(name) as person:
        assert person.side is not None
        said = {Hours.BUSINESS: attesting.absolute(word, person.side), Hours.AFTER: attesting.absolute(night or word, person.side)}
        return actions.answer({duty: said}, by=person, at=at)


def opened(cast: Cast, duty: str = JOBS) -> bool:
    """Say whether the newest question about a duty is open."""
    with cast.scope():
        newest = BlindQuestion.objects.for_tenant(cast.harbor).filter(duty__key=duty).order_by("-id").first()
        return newest is not None and newest.opened_at is not None

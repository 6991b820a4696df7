"""Blind answers: what Pine Clinics and Northwind say apart, open by now, and a round at Harbor Dental that still waits."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from comanaged import tenancy
from comanaged.accounts.access import Actor
from comanaged.local.demo.clock import Clock, local
from comanaged.local.demo.people import Cast
from comanaged.local.demo.roll import HARBOR, PINE
from comanaged.vocabulary import Hours, Side
from responsibilities.actions import attesting
from responsibilities.domain.attesting import Says, absolute, parts
from responsibilities.domain.findings import blind
from responsibilities.domain.findings.scene import Ground
from responsibilities.queries import reading

MANAGER, TESS, TARIQ = "Pine's manager", "Tess", "Tariq"
ABOUT = (
    *("support.first-line", "support.after-hours", "monitoring.after-hours", "patching.servers", "security.training"),
    *("cloud.licences", "backup.jobs", "backup.restore-tests", "incident.first-response", "people.leavers"),
)
AT_NIGHT = ("support.after-hours", "monitoring.after-hours", "incident.first-response", "backup.jobs")
OTHERWISE: Mapping[str, Mapping[str, str]] = {  # who says something else than the paper: us, them, both, nobody, unsure
    MANAGER: {"backup.restore-tests": "them", "people.leavers": "us", "patching.servers": "us"},
    TESS: {"backup.restore-tests": "them", "people.leavers": "us", "patching.servers": "them"},
    TARIQ: {"backup.restore-tests": "them", "people.leavers": "us", "patching.servers": "them", "security.training": "unsure"},
}


Act = Callable[[Actor, datetime], None]


class Asking:
    """The steps of people who are asked apart."""

    def __init__(self, cast: Cast, clock: Clock) -> None:
        self.cast, self.clock = cast, clock

    def schedule(self) -> None:
        """Put every step on the clock."""
        self.step(12, "10:20", PINE, MANAGER, lambda by, at: self.ask(ABOUT, (MANAGER, TESS, TARIQ), by, at))
        self.step(11, "08:40", PINE, TARIQ, self.answer)
        self.step(10, "15:10", PINE, MANAGER, self.answer)
        self.step(8, "09:25", PINE, TESS, self.answer)
        self.step(1, "11:30", HARBOR, TESS, lambda by, at: self.ask(AT_NIGHT, ("Iris", "Ivo", TESS, TARIQ), by, at))

    def step(self, days_ago: int, at: str, place: str, who: str, act: Act) -> None:
        """Let somebody act at a client."""
        zone = self.cast.organisations[place].zone

        def step(moment: datetime) -> None:
            by = self.cast.actor(who, place)
            with tenancy.only([by.tenant_id], side=by.company_id):
                act(by, moment)

        self.clock.at(local(self.clock.now, days_ago, at, zone), step)

    def ask(self, duties: Collection[str], people: Collection[str], by: Actor, at: datetime) -> None:
        """Ask people of both sides, each alone."""
        place = by.tenant.slug
        ids = [self.cast.actor(name, place).user_id or 0 for name in people]
        attesting.ask(attesting.Wanted(duties, ids), by=by, at=at)

    def answer(self, by: Actor, at: datetime) -> None:
        """Say what is written, but where one knows it otherwise."""
        matrix = reading.matrix_of(by.tenant_id, at)
        ground, said = Ground(matrix, at), {}
        for key in ABOUT:
            scene, word = ground.whole(matrix.duties[key]), OTHERWISE[by.name].get(key)
            halves: dict[Hours, Says] = {
                half: absolute(word, by.side or Side.INTERNAL) if word else blind.on_paper(scene, half) or Says.NOBODY
                for half in parts(matrix.duties[key].coverage)
            }
            said[key] = halves
        attesting.answer(said, by=by, at=at)

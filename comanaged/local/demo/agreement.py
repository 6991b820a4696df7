"""How Pine Clinics and Northwind came to agree: places, a night desk, a version both signed, and the draft of the next one."""

from collections.abc import Callable
from datetime import datetime, timedelta

from comanaged import tenancy
from comanaged.accounts.access import Actor
from comanaged.local.demo.clock import Clock, Step, local
from comanaged.local.demo.people import Cast
from comanaged.local.demo.roll import HARBOR, NORTHWIND, PINE
from comanaged.vocabulary import Hours, Letter, Party, PlaceKind, TeamKind
from responsibilities import actions as responsibilities
from responsibilities.actions import comments, covering, drafting, editing, places, teams, texts, versions, writing
from responsibilities.domain import content as contents
from responsibilities.domain.people import Subject
from responsibilities.models import Row, Team, Version
from responsibilities.queries import signing

MANAGER, TESS, TARIQ, IRIS = "Pine's manager", "Tess", "Tariq", "Iris"
CLINIC = "eastside"
NIGHTS = ("monitoring.after-hours", "support.after-hours")
AUTHORITY = "Isolate a machine, block an account, close a mailbox's forwarding rules. Switch nothing off that treats patients."
FIRST_STEPS = "1. Write down the time and what was seen.\n2. Isolate the machine.\n3. Call the practice manager.\n4. Keep the logs."

Act = Callable[[Actor, datetime], object]


class Agreement:
    """The steps of both companies towards a matrix that is signed."""

    def __init__(self, cast: Cast, clock: Clock) -> None:
        self.cast, self.clock = cast, clock

    def schedule(self) -> None:
        """Put every step on the clock."""
        self.step(30, "10:00", NORTHWIND, TESS, self.night_desk)
        self.step(29, "09:30", PINE, MANAGER, self.own_places)
        self.step(29, "09:50", PINE, MANAGER, self.own_hands)
        self.step(29, "11:00", PINE, TESS, self.name_desk_at_night)
        self.step(29, "14:20", PINE, MANAGER, self.say_what_is_allowed)
        self.step(28, "09:00", PINE, MANAGER, self.propose)
        self.step(28, "09:05", PINE, MANAGER, self.sign)
        self.step(27, "13:40", PINE, TESS, self.sign)
        self.step(20, "10:10", HARBOR, TESS, lambda by, at: self.name_desk("support.after-hours", by, at))
        self.step(6, "16:00", PINE, MANAGER, self.think_again)
        self.step(5, "09:15", PINE, TESS, self.answer)
        self.step(2, "15:00", PINE, TESS, self.cover_tariq)

    def step(self, days_ago: int, at: str, place: str, who: str, act: Act) -> None:
        """Let somebody act in the rooms of an organisation."""
        zone = self.cast.organisations[place].zone
        self.clock.at(local(self.clock.now, days_ago, at, zone), self.acting(place, who, act))

    def acting(self, place: str, who: str, act: Act) -> Step:
        """Return the step in which somebody acts."""

        def step(at: datetime) -> None:
            by = self.cast.actor(who, place)
            with tenancy.only([by.tenant_id], side=by.company_id):
                act(by, at)

        return step

    def night_desk(self, by: Actor, at: datetime) -> None:
        """Northwind's rota for the nights."""
        team = teams.make_team(teams.Named("night-desk", "Night desk", TeamKind.TEAM, Party.PROVIDER, by.zone), by=by, at=at).pk
        for name in (TARIQ, TESS):
            teams.join(team, self.person(name, NORTHWIND), at, None, by=by, at=at)
        teams.plan_turns(team, local(at, 0, "17:00", by.zone), 1, by=by, at=at)

    def own_places(self, by: Actor, at: datetime) -> None:
        """Pine's sites; one lies in a zone that never changes its clocks."""
        places.add_place("east", PlaceKind.GROUP, places.Described("East of the river"), by=by, at=at)
        places.add_place(CLINIC, PlaceKind.SITE, places.Described("Eastside clinic", parent="east"), by=by, at=at)
        places.add_place("imaging", PlaceKind.SITE, places.Described("Imaging centre", zone="America/Phoenix"), by=by, at=at)

    def own_hands(self, by: Actor, at: datetime) -> None:
        """The clinic has hands of its own by day."""
        editing.add_place(writing.Spot("support.onsite", CLINIC), by=by, at=at)
        responsibilities.set_letter(
            "support.onsite",
            Party.END_USER,
            Letter.R,
            hours=Hours.BUSINESS,
            place=CLINIC,
            seen=self.seen("support.onsite", CLINIC),
            by=by,
            at=at,
        )

    def name_desk(self, duty: str, by: Actor, at: datetime) -> None:
        """Name the night desk where Northwind does something at night."""
        team = Team.objects.for_tenant(by.company_id).get(key="night-desk").pk
        responsibilities.set_who(duty, Party.PROVIDER, Letter.R, team=team, seen=self.seen(duty, tenant=by.tenant_id), by=by, at=at)

    def name_desk_at_night(self, by: Actor, at: datetime) -> None:
        """Name the night desk for whatever happens at night."""
        for duty in NIGHTS:
            self.name_desk(duty, by, at)

    def say_what_is_allowed(self, by: Actor, at: datetime) -> None:
        """What whoever answers first may do without asking."""
        duty = "incident.first-response"
        texts.set_texts(duty, "", texts.Wanted(AUTHORITY, FIRST_STEPS), seen=self.seen(duty), by=by, at=at)

    def propose(self, by: Actor, at: datetime) -> None:
        """Freeze the draft and ask Northwind to sign it."""
        versions.propose(1, seen=self.digest(at), by=by, at=at)

    def sign(self, by: Actor, at: datetime) -> None:
        """Sign what was proposed."""
        versions.sign(1, seen=self.digest(at), typed_name=by.name, by=by, at=at)

    def think_again(self, by: Actor, at: datetime) -> None:
        """A draft of the next version: the provider helps with training."""
        drafting.begin_draft(by=by, at=at)
        training = self.seen("security.training")
        responsibilities.set_letter("security.training", Party.PROVIDER, Letter.R, hours=Hours.BUSINESS, seen=training, by=by, at=at)
        comments.say("security.training", "Could Northwind send the reminders? Half of our people miss them.", by=by, at=at)

    def answer(self, by: Actor, at: datetime) -> None:
        """Northwind's answer to it."""
        comments.say("security.training", "Gladly, once a month. Then R by day is right for us, and you still answer first.", by=by, at=at)

    def cover_tariq(self, by: Actor, at: datetime) -> None:
        """Somebody stands in while Tariq is away."""
        begins = at + timedelta(days=4)
        tariq, tess = (Subject(Party.PROVIDER, person=self.person(name, PINE)) for name in (TARIQ, TESS))
        covering.cover(covering.Wanted(tariq, tess, begins, begins + timedelta(days=2), reason="Training course"), by=by, at=at)

    def person(self, name: str, place: str) -> int:
        """Return somebody's id."""
        return self.cast.actor(name, place).user_id or 0

    def seen(self, duty: str, place: str = "", tenant: int | None = None) -> int:
        """Return the stamp of a line in the open version."""
        client = tenant or self.cast.organisations[PINE].pk
        rows = Row.objects.for_tenant(client).filter(duty__key=duty, version__state__in=Version.OPEN)
        return (rows.filter(place__key=place) if place else rows.filter(place=None)).get().stamp

    def digest(self, at: datetime) -> str:
        """Return the hash of what Pine's first version says."""
        version = Version.objects.for_tenant(self.cast.organisations[PINE]).get(number=1)
        return version.content_hash or contents.digest(contents.canonical(signing.content_of(version, at)))

"""Make the organisations and the people, and the matrices they begin with."""

from collections.abc import Sequence
from datetime import datetime

from comanaged import tenancy
from comanaged.accounts import access, actions
from comanaged.accounts.access import Actor
from comanaged.accounts.models import Kind, Organisation, User
from comanaged.local.demo.roll import HARBOR, LAKESIDE, NORTHWIND, PEOPLE, PINE, Someone
from comanaged.management import public_holidays
from responsibilities import actions as responsibilities


class Cast:
    """Everyone, as somebody who can act."""

    def __init__(self, organisations: dict[str, Organisation], at: datetime) -> None:
        self.organisations = organisations
        found = {one.name: access.actors_of(User.objects.get(email=one.email), at) for one in PEOPLE}
        self.actors = {(name, actor.tenant.slug): actor for name, actors in found.items() for actor in actors}

    def actor(self, name: str, client: str) -> Actor:
        """Return a person's standing at a client."""
        return self.actors[name, client]

    def system(self, client: str) -> Actor:
        """Return the product itself at a client."""
        return access.system(self.organisations[client])


def gather(password: str, *, at: datetime) -> Cast:
    """Make the organisations and people as they were at `at`, all with one password."""
    make = actions.create_organisation
    everywhere = {
        NORTHWIND: make(Kind.PROVIDER, "Northwind MSP", slug=NORTHWIND, zone="America/Chicago", at=at),
        LAKESIDE: make(Kind.PROVIDER, "Lakeside IT", slug=LAKESIDE, zone="America/Chicago", at=at),
        HARBOR: make(Kind.CLIENT, "Harbor Dental", slug=HARBOR, zone="America/Chicago", at=at),
        PINE: make(Kind.CLIENT, "Pine Clinics", slug=PINE, zone="America/Denver", at=at),
    }
    closed = public_holidays.of("US", range(at.year, at.year + 3))
    for client, template in ((HARBOR, "overflow-helpdesk"), (PINE, "full-co-managed")):
        actions.engage(everywhere[client], everywhere[NORTHWIND], at=at)
        with tenancy.only([everywhere[client].pk]):
            responsibilities.start_matrix(everywhere[client], template, by=access.system(everywhere[client]), at=at, closed=closed)
    for one in PEOPLE:
        admit(one, [everywhere[slug] for slug in one.places], password, at=at)
    return Cast(everywhere, at)


def admit(one: Someone, places: Sequence[Organisation], password: str, *, at: datetime) -> None:
    """Open one person's account and give it every place it has."""
    for place in places:
        by = access.system(place)
        actions.open_account(one.email, place, one.role, name=one.name, password=password, signatory=one.signatory, by=by, at=at)

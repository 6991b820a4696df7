"""What a client's matrix can begin from: the templates that came with the product, and those of its provider."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.vocabulary import PlaceKind
from responsibilities import catalogue, models
from responsibilities.catalogue import Template
from responsibilities.domain import coverage, findings
from responsibilities.domain.matrix import Duty, Exclusion, Matrix
from responsibilities.domain.places import Place, Places
from responsibilities.domain.raci import Rule
from responsibilities.queries import reading

HOLES = ("R_MISSING", "R_GAP")


@dataclass(frozen=True)
class Edition:
    """A template as it stands: its number, and the provider it belongs to, none for what came with the product."""

    template: Template
    number: int
    owner_id: int | None = None

    @property
    def word(self) -> str:
        """Return how a form names it."""
        return f"own:{self.template.key}" if self.owner_id else self.template.key


@dataclass(frozen=True)
class Start:
    """One way to begin: the edition, whose it is in words, and how many duties it leaves with a hole."""

    edition: Edition
    whose: str
    holes: int
    blocking: int


def starts(by: Actor, at: datetime) -> list[Start]:
    """Return what this client may begin from, its provider's own templates first."""
    return [_start(edition, whose, at) for edition, whose in offered(by, at)]


def offered(by: Actor, at: datetime) -> list[tuple[Edition, str]]:
    """Return the editions that this client may take, with whose each is, "" for what came with the product; its provider's own first."""
    provider = access.provider_of(by.tenant_id, at)
    own = [(one, provider.name) for one in editions(provider.pk)] if provider else []
    return own + [(Edition(template, catalogue.templates_version()), "") for template in catalogue.templates().values()]


def chosen(by: Actor, word: str, at: datetime) -> Edition | None:
    """Return the edition that a form named, None where there is none of it any more."""
    return next((edition for edition, _ in offered(by, at) if edition.word == word), None)


def editions(owner: int) -> list[Edition]:
    """Return the newest edition of each of a provider's templates."""
    rows = models.Template.objects.for_tenant(owner).order_by("key", "-number").distinct("key")
    return [Edition(catalogue.template_from(row.content), row.number, owner) for row in rows]


def _start(edition: Edition, whose: str, at: datetime) -> Start:
    found = findings.found(matrix_from(edition.template, at), at)
    counted = Counter(draft.code for draft in found)
    return Start(edition, whose, sum(counted[code] for code in HOLES), sum(draft.blocks for draft in found))


def matrix_from(template: Template, at: datetime) -> Matrix:
    """Return a template as the matrix that would begin from it."""
    rules: dict[str, list[Rule]] = defaultdict(list)
    for rule in template.rules:
        if rule.party or rule.place:
            rules[rule.duty].append(rule)
    places = {site.key: Place(site.key, site.name, PlaceKind.SITE, zone=site.zone) for site in template.sites}
    known = catalogue.duties().values()
    return Matrix(
        duties={
            duty.key: Duty(duty.key, duty.name, duty.category, duty.coverage, duty.risk, duty.work, duty.nist_800_171_r2, duty.review)
            for duty in known
        },
        rules=rules,
        calendar=coverage.calendar_of(template.zone, coverage.week_of(template.business)),
        names=reading.names_with(None),
        exclusions={one.duty: Exclusion(one.reason, one.accepted_by, at + timedelta(days=one.expires_days)) for one in template.exclusions},
        places=Places(places),
        policy=reading.policy_from(template.policy),
    )

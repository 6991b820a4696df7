"""The duties, questions and starter templates that the product ships, read once from the files beside this module."""

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from comanaged.vocabulary import Hours, Letter, Party, written
from responsibilities.domain.raci import Rule

FOLDER = Path(__file__).parent
NONE = "none"  # how a template says: nobody, on purpose
OWN = "own"  # the category of a client's own duties that stand under none of ours, and how their keys begin


class UnknownTemplate(Exception):
    """No template has this key."""


@dataclass(frozen=True)
class Category:
    """A group of duties."""

    key: str
    name: str


@dataclass(frozen=True)
class Question:
    """One of the questions that every client must be able to answer, and the duties that answer it, the headline first."""

    key: str
    text: str
    duties: tuple[str, ...]


@dataclass(frozen=True)
class Duty:
    """One duty as the catalogue states it. `nist_*` is this project's own mapping to public ids."""

    key: str
    name: str
    category: str
    description: str
    coverage: Hours
    work: tuple[str, ...]
    risk: int
    review: str
    evidence: tuple[str, ...]
    evidence_max_age_days: int
    asks: tuple[str, ...]
    aliases: tuple[str, ...]
    split: dict[str, str]
    nist_csf_2_0: tuple[str, ...]
    nist_800_171_r2: tuple[str, ...]


@dataclass(frozen=True)
class Exclusion:
    """A duty that a template leaves out, and who accepted that."""

    duty: str
    reason: str
    accepted_by: str
    expires_days: int


@dataclass(frozen=True)
class Site:
    """A place that a template comes with."""

    key: str
    name: str
    zone: str  # "" where it is the client's


@dataclass(frozen=True)
class Template:
    """A starter matrix: hours, the rules of every duty and of sites, notes by duty and site, exclusions."""

    key: str
    name: str
    for_whom: str
    story: str
    zone: str
    business: str
    rules: tuple[Rule, ...]
    notes: dict[tuple[str, str], str]
    sites: tuple[Site, ...]
    policy: dict[str, Any]
    exclusions: tuple[Exclusion, ...]
    expected_findings: tuple[tuple[str, str], ...] | None


@lru_cache(maxsize=1)
def categories() -> tuple[Category, ...]:
    """Return the categories in the order of the page."""
    return tuple(Category(**entry) for entry in _file("catalogue.yaml")["categories"])


@lru_cache(maxsize=1)
def category_names() -> dict[str, str]:
    """Return what the categories are called, by key, in the order of the page; a client's own duties without one come last."""
    return {category.key: category.name for category in categories()} | {OWN: "Own duties"}


@lru_cache(maxsize=1)
def duties() -> dict[str, Duty]:
    """Return the duties by key, in the order of the page."""
    return {entry["key"]: _duty(entry) for entry in _file("catalogue.yaml")["duties"]}


@lru_cache(maxsize=1)
def questions() -> tuple[Question, ...]:
    """Return the questions in their fixed order."""
    asked = _file("catalogue.yaml")["questions"].items()
    return tuple(Question(key, text, tuple(duty.key for duty in duties().values() if key in duty.asks)) for key, text in asked)


@lru_cache(maxsize=1)
def templates() -> dict[str, Template]:
    """Return the starter templates by key."""
    return {entry["key"]: template_from(entry) for entry in _file("templates.yaml")["templates"]}


def template(key: str) -> Template:
    """Return one template; raise UnknownTemplate naming those there are."""
    if key not in templates():
        raise UnknownTemplate(f"There is no template '{key}'. Choose one of {', '.join(templates())}.")
    return templates()[key]


@lru_cache(maxsize=1)
def templates_version() -> int:
    """Return the number of the shipped templates' edition, which a started matrix keeps."""
    return int(_file("templates.yaml")["version"])


@lru_cache(maxsize=1)
def prerequisites() -> dict[str, tuple[str, ...]]:
    """Return what each duty rests on, by key: whoever does it needs a part in these as well."""
    stated = _file("prerequisites.yaml")["prerequisites"]
    return {duty: tuple(one for word in words for one in _spelt(word) if one != duty) for duty, words in stated.items()}


def split_of(rule: Rule) -> str:
    """Return which half of a shared duty an R of this party is, "" for a duty that is not split."""
    if rule.letter is not Letter.R or rule.party is None:
        return ""
    return duties()[rule.duty].split.get(rule.party.value.lower(), "")


def _spelt(word: str) -> list[str]:
    """Return the duties that a word names: itself, or every duty of a category."""
    category = word.removesuffix(".*")
    return [word] if category == word else [duty.key for duty in duties().values() if duty.category == category]


@cache
def _file(name: str) -> Any:
    """Return one of the files; libyaml reads in a tenth of a second what plain Python reads in one, and every process reads them."""
    loader = yaml.CSafeLoader((FOLDER / name).read_text())
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def _duty(entry: dict[str, Any]) -> Duty:
    return Duty(
        key=entry["key"],
        name=entry["name"],
        category=entry["category"],
        description=entry["description"],
        coverage=written(entry["coverage"], Hours),
        work=tuple(entry["work"]),
        risk=entry["risk"],
        review=entry["review"],
        evidence=tuple(entry["evidence"]),
        evidence_max_age_days=entry["evidence_max_age_days"],
        asks=tuple(entry["asks"]),
        aliases=tuple(entry["aliases"]),
        split=entry.get("split", {}),
        nist_csf_2_0=tuple(entry["nist_csf_2_0"]),
        nist_800_171_r2=tuple(entry["nist_800_171_r2"]),
    )


def template_from(entry: dict[str, Any]) -> Template:
    """Return a template as its file, or a provider's edition, states it."""
    expected = entry.get("expected_findings")
    rows = [*entry["assignments"], *entry.get("site_assignments", ())]
    return Template(
        key=entry["key"],
        name=entry["name"],
        for_whom=entry["for_whom"],
        story=entry["story"],
        zone=entry["calendar"]["timezone"],
        business=entry["calendar"]["business"],
        rules=tuple(rule for row in rows for rule in _rules(row)),
        notes={(row["duty"], row.get("site", "")): row["note"] for row in rows if "note" in row},
        sites=tuple(
            Site(
                one["key"],
                one["key"].replace("-", " ").capitalize(),
                one["timezone"] if one["timezone"] != entry["calendar"]["timezone"] else "",
            )
            for one in entry.get("sites", ())
        ),
        policy=_policy(entry.get("policy", {})),
        exclusions=tuple(Exclusion(**exclusion) for exclusion in entry["exclusions"]),
        expected_findings=tuple((one["code"], one["duty"]) for one in expected) if expected is not None else None,
    )


def _policy(entry: dict[str, Any]) -> dict[str, Any]:
    """Return a template's policy as a version keeps it."""
    return {
        "accountable": [_party(word) for word in entry.get("accountable_must_be", ())],
        "named_people": entry.get("named_people_required", False),
        "evidence_age_factor": entry.get("evidence_age_factor", 1.0),
    }


def _rules(row: dict[str, Any]) -> list[Rule]:
    """Return one row's letters as rules; an unknown duty or party stops the product from starting, not a client from working."""
    duty, site = duties()[row["duty"]].key, row.get("site", "")
    doers = [(_party(one["who"]), written(one["when"], Hours)) for one in row.get("R", ())]
    lead = _party(row["lead"]) if "lead" in row else None
    rules = [Rule(Letter.A, _party(row["A"]), duty=duty, place=site)] if "A" in row else []
    rules += [Rule(Letter.R, party, hours, lead=party is not None and party is lead, duty=duty, place=site) for party, hours in doers]
    rules += [
        Rule(letter, _party(who), duty=duty, place=site) for letter in (Letter.S, Letter.C, Letter.I) for who in row.get(letter.value, ())
    ]
    return rules


def _party(word: str) -> Party | None:
    return None if word == NONE else written(word, Party)

"""Moments and cells in the words of the matrix pages."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from comanaged.vocabulary import Hours, Letter, Party
from responsibilities.domain.matrix import Matrix
from responsibilities.domain.raci import SPELT, Called, Rule

SHAPES = {
    Party.INTERNAL: "internal",
    Party.PROVIDER: "provider",
    Party.LEADERSHIP: "leader",
    Party.END_USER: "users",
    Party.VENDOR: "vendor",
}
ORDER = "ARSCI"
STAR = format_html('<svg class="i" aria-hidden="true"><use href="{}"/></svg>', "#i-star")
CARE = {
    "PERSON_MISSING": "nobody by name",
    "SPLIT_MISSING": "halves not said",
    "TIE": "places disagree",
    "PLACE_UNREACHABLE": "a rule never counts",
    "DEPENDENCY_SPLIT": "hangs on the other side",
    "OWNER_INACTIVE": "somebody is not there",
    "BACKUP_MISSING": "no backup",
    "BACKUP_SAME": "backup is the same person",
    "BOTH_ABSENT": "both will be away",
    "ROTA_HOLE": "hole in the rota",
    "KEY_PERSON": "hangs on one person",
    "SELF_WATCH": "watches itself",
    "REVIEW_OVERDUE": "review is due",
    "TEMPLATE_BEHIND": "template is newer",
    "ACCEPTANCE_EXPIRED": "acceptance ran out",
    "BLIND_DOUBLE": "each side says it does it",
    "BLIND_PAPER": "people say otherwise",
    "BLIND_UNSURE": "somebody is not sure",
}
SHORT: dict[str, str] = {Hours.BUSINESS: "day", Hours.AFTER: "night", Hours.ALWAYS: "always"}


def clock(moment: datetime, zone: str, at: datetime) -> str:
    """Return a moment near `at` for people: "17:30" today, "Wed 08:00" within a week, else "4 December 08:00"."""
    here, today = moment.astimezone(ZoneInfo(zone)), at.astimezone(ZoneInfo(zone)).date()
    days = (here.date() - today).days
    if days == 0:
        return f"{here:%H:%M}"
    return f"{here:%a %H:%M}" if 0 < days < 7 else f"{here:%-d %B %H:%M}"  # noqa: PLR2004 - the days of a week


def moment_words(matrix: Matrix, at: datetime) -> str:
    """Return the moment shown: "Tue 24 November 14:00, business hours"."""
    return f"{at.astimezone(ZoneInfo(matrix.calendar.zone)):%a %-d %B %H:%M}, {hours_words(matrix, at)}"


def hours_words(matrix: Matrix, at: datetime) -> str:
    """Return "business hours" or "after hours"."""
    return "business hours" if Hours.BUSINESS in matrix.calendar.standing(at) else "after hours"


@dataclass(frozen=True)
class Mark:
    """One letter in a cell: its hours and who it names, whether it comes from a wider rule, and what else it says."""

    letter: Letter
    hours: str | None = None
    lead: bool = False
    who: str = ""
    backup: bool = False
    same: bool = False  # inherited
    more: str = ""


@lru_cache(maxsize=4096)
def cell(marks: tuple[Mark, ...], changed: bool = False) -> SafeString:  # noqa: FBT001, FBT002 - a column of the cell
    """Return what a cell shows; the few distinct ones are rendered once."""
    shown = format_html_join("", "{}", ((_mark(mark),) for mark in marks))
    return format_html('<span>{}</span><span class="sr">{}{}</span>', shown, spelt(marks), ", changed" if changed else "")


def td(shown: SafeString, *, name: str, look: str, party: Party, held: str, href: str) -> SafeString:
    """Return one cell of the grid, a link to its form where it may be edited."""
    inside = format_html('<a href="{}">{}</a>', href, shown) if href else shown
    return format_html('<td id="{}" class="cell {}" data-party="{}" data-held="{}">{}</td>', name, look, party, held, inside)


def spelt(marks: tuple[Mark, ...]) -> str:
    """Return a cell for those who hear it: "is accountable, does it night by Tess, answers first"."""
    return ", ".join(_spelt(mark) for mark in marks) or "no part"


def marks_of(
    rules: Iterable[Rule], party: Party, called: Called, inherited: Collection[Rule] = (), hours: Mapping[str, str] | None = None
) -> tuple[Mark, ...]:
    """Return a party's letters in the order of the grid; `hours` are the names of those that are neither day nor night."""
    found = sorted((rule for rule in rules if rule.party is party), key=_order)
    return tuple(
        Mark(
            letter=rule.letter,
            hours=(hours or {}).get(rule.hours or "", rule.hours),
            lead=rule.lead,
            who=called(rule.subject) if rule.subject else "",
            backup=rule.rank > 1,
            same=rule in inherited,
            more=", ".join(filter(None, (rule.split, rule.qualifier, "besides those of the client" if rule.append else ""))),
        )
        for rule in found
    )


@lru_cache(maxsize=512)
def cover(day: str, night: str, now: str, provider: str) -> SafeString:
    """Return the day-and-night glyph of two parties' words, "" where nothing is required, NOBODY for a hole."""
    shown = {"day": day, "night": night, "now": now, "provider_name": provider}
    return render_to_string("components/cover.html", shown)


def care(code: str) -> str:
    """Return in a few words what a finding that blocks nothing is about."""
    return CARE.get(code, "needs care")


def _mark(mark: Mark) -> SafeString:
    if mark.backup:
        return format_html('<small class="backup{}" aria-hidden="true">backup {}</small>', " same" if mark.same else "", mark.who)
    words = " ".join(filter(None, (short_hours(mark.hours) if mark.hours else "", mark.who)))
    when = format_html('<small aria-hidden="true">{}</small>', words) if words else ""
    look = f"{mark.letter.lower()}{' same' if mark.same else ''}{' more' if mark.more else ''}"
    return format_html('<b class="l {}" aria-hidden="true">{}</b>{}{}', look, mark.letter, when, STAR if mark.lead else "")


def _spelt(mark: Mark) -> str:
    hours = f", {short_hours(mark.hours)}" if mark.hours else ""
    said = "is the backup" if mark.backup else SPELT[mark.letter]
    more = [f": {mark.who}" if mark.who else "", ", answers first" if mark.lead else "", f", {mark.more}" if mark.more else ""]
    return f"{said}{hours}{''.join(more)}{', inherited' if mark.same else ''}"


def short_hours(hours: str) -> str:
    """Return hours in one word: day, night, always, or the name of named ones."""
    return SHORT.get(hours, hours.replace("-", " "))


def _order(rule: Rule) -> tuple[int, int, str]:
    return ORDER.index(rule.letter), rule.rank, rule.hours or ""

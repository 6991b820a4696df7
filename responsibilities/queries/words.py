"""Moments and cells in the words of the matrix pages."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from comanaged.vocabulary import Hours, Letter, Party
from responsibilities.domain.matrix import Matrix
from responsibilities.domain.raci import SPELT, Rule

SHAPES = {
    Party.INTERNAL: "internal",
    Party.PROVIDER: "provider",
    Party.LEADERSHIP: "leader",
    Party.END_USER: "users",
    Party.VENDOR: "vendor",
}
ORDER = "ARSCI"
STAR = format_html('<svg class="i" aria-hidden="true"><use href="{}"/></svg>', "#i-star")
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


@lru_cache(maxsize=512)
def cell(letters: tuple[tuple[Letter, str | None, bool], ...]) -> SafeString:
    """Return what a cell shows; the few distinct ones are rendered once."""
    marks = format_html_join("", "{}", ((_mark(*letter),) for letter in letters))
    return format_html('<span>{}</span><span class="sr">{}</span>', marks, spelt(letters))


def td(shown: SafeString, *, name: str, look: str, party: Party, held: str, href: str) -> SafeString:
    """Return one cell of the grid, a link to its form where it may be edited."""
    inside = format_html('<a href="{}">{}</a>', href, shown) if href else shown
    return format_html('<td id="{}" class="cell {}" data-party="{}" data-held="{}">{}</td>', name, look, party, held, inside)


def spelt(letters: tuple[tuple[Letter, str | None, bool], ...]) -> str:
    """Return a cell for those who hear it: "is accountable, does it by night, answers first"."""
    words = [
        f"{SPELT[letter]}{f', {SHORT.get(hours, hours)}' if hours else ''}{', answers first' if lead else ''}"
        for letter, hours, lead in letters
    ]
    return ", ".join(words) or "no part"


def letters_of(rules: list[Rule], party: Party) -> tuple[tuple[Letter, str | None, bool], ...]:
    """Return a party's letters in the order of the grid."""
    found = sorted((rule for rule in rules if rule.party is party), key=lambda rule: ORDER.index(rule.letter))
    return tuple((rule.letter, rule.hours, rule.lead) for rule in found)


@lru_cache(maxsize=512)
def cover(day: str, night: str, now: str, provider: str) -> SafeString:
    """Return the day-and-night glyph of two parties' words, "" where nothing is required, NOBODY for a hole."""
    shown = {"day": day, "night": night, "now": now, "provider_name": provider}
    return render_to_string("components/cover.html", shown)


def _mark(letter: Letter, hours: str | None, lead: bool) -> SafeString:  # noqa: FBT001 - a column of the cell
    when = format_html('<small aria-hidden="true">{}</small>', SHORT.get(hours, hours)) if hours else ""
    return format_html('<b class="l {}" aria-hidden="true">{}</b>{}{}', letter.lower(), letter, when, STAR if lead else "")

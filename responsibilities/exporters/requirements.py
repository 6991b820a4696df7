"""What a version comes to for each requirement of NIST SP 800-171 Rev. 2: whose it is, who does which part of it, where the proof is.

The requirements are NIST's, in NIST's words; which duties serve one is this product's own mapping. A requirement is whose people do the
duties that serve it. What a vendor does counts for the side that is accountable for it, because that side chose the vendor.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml

from comanaged.vocabulary import Letter
from responsibilities import catalogue
from responsibilities.domain import difference
from responsibilities.domain.content import EVERY_DUTY, Content, Held, Line
from responsibilities.exporters import layout, sheet, table
from responsibilities.exporters.document import Document

FILE = Path(__file__).with_name("nist_800_171_r2.yaml")
OURS = (
    "The requirements are those of NIST SP 800-171 Rev. 2, in NIST's words. Which duties serve which requirement is the judgement of this "
    "product's makers, not NIST's, and not an assessment: read it as a beginning, and correct it where you know better."
)
VENDOR = "vendor"
CLIENT_PARTIES = ("internal", "leadership", "end_user")
PLACES = 20  # that one duty names before the rest is only counted
LONGEST = 30_000  # characters of a cell, which holds a little more
HEADINGS = (
    "Requirement",
    "Family",
    "What it asks for",
    "Responsibility",
    "The client's part",
    "The provider's part",
    "The part of vendors",
    "Accountable",
    "Done by nobody, or not done here",
    "Duties that serve it",
    "Where the proof is",
)
WIDTHS = (12, 18, 46, 14, 42, 42, 28, 28, 28, 32, 40)
MEANS = (
    ("Client", "The client's own people do every duty that serves it."),
    ("Provider", "The provider's people do every duty that serves it."),
    ("Shared", "People of both sides do duties that serve it, or parts of one; the columns say who does which part."),
    ("Nobody", "Nobody does any duty that serves it, or it is not done here by decision."),
)


class Whose(StrEnum):
    """Whose a requirement is."""

    CLIENT = "Client"
    PROVIDER = "Provider"
    SHARED = "Shared"
    NOBODY = "Nobody"


@dataclass(frozen=True)
class Requirement:
    """One requirement as a version answers it. Parts are sentences, one for each duty."""

    key: str
    family: str
    text: str
    whose: Whose
    client: tuple[str, ...]
    provider: tuple[str, ...]
    vendors: tuple[str, ...]
    accountable: tuple[str, ...]
    open: tuple[str, ...]
    duties: tuple[str, ...]
    proof: tuple[str, ...]


@dataclass(frozen=True)
class Done:
    """A duty at the whole client and its places: who does it, who is accountable, and why nobody has to."""

    key: str
    name: str
    doing: tuple[tuple[str, Held], ...]  # with the place, "" for the whole client
    accountable: tuple[Held, ...]
    left_out: str = ""


def requirements(found: Document, serves: Mapping[str, Sequence[str]] | None = None) -> tuple[Requirement, ...]:
    """Return all requirements in NIST's order. `serves` are the ids that each duty of the client serves; without it the catalogue's."""
    serving = serves if serves is not None else {key: duty.nist_800_171_r2 for key, duty in catalogue.duties().items()}
    done = {key: _done(found.content, key) for key in _in_order(found) if serving.get(key)}
    told = _file()
    return tuple(
        _requirement(found, key, text, [one for duty, one in done.items() if key in serving[duty]])
        for key, text in told["requirements"].items()
    )


def workbook(found: Document, serves: Mapping[str, Sequence[str]] | None = None) -> bytes:
    """Return the responsibility matrix of the requirements as a spreadsheet. Raise CannotExport."""
    rows = requirements(found, serves)
    book = sheet.Book(found)
    book.page("Requirements", f"Who answers for NIST SP 800-171 Rev. 2 at {found.client}", HEADINGS, map(cells, rows), WIDTHS)
    book.page("Legend", "What the words mean, and which version this is", sheet.SAYS, legend(found, rows), (28, 100))
    return book.closed()


def comma_separated(found: Document, serves: Mapping[str, Sequence[str]] | None = None) -> bytes:
    """Return the same rows as a table; each says of which version it is."""
    told = (str(found.number), found.standing, found.mark)
    return table.table((*HEADINGS, table.VERSION, table.STATE, table.MARK), ((*cells(row), *told) for row in requirements(found, serves)))


def cells(one: Requirement) -> tuple[str, ...]:
    """Return a requirement as a row."""
    parts = (one.client, one.provider, one.vendors, one.accountable, one.open, one.duties, one.proof)
    return (one.key, one.family, one.text, one.whose.value, *map(lines, parts))


def lines(said: Iterable[str]) -> str:
    """Return sentences one under the other, as many as a cell can hold; the rest is counted."""
    kept: list[str] = []
    every, length = list(said), 0
    for number, one in enumerate(every):
        length += len(one) + 1
        if length > LONGEST:
            kept.append(f"and {len(every) - number} more, which the matrix names")
            break
        kept.append(one)
    return "\n".join(kept)


def legend(found: Document, rows: Sequence[Requirement]) -> list[tuple[str, str]]:
    """Return what the words mean, how many requirements are whose, and which version this is."""
    count = [(f"Requirements: {whose.value}", str(sum(row.whose is whose for row in rows))) for whose in Whose]
    version = [(sheet.CLIENT, found.client), (sheet.NUMBER, str(found.number)), (sheet.STATE, found.standing)]
    version += [(sheet.MARK, found.mark), (sheet.HASH, found.content_hash)]
    version += [(f"Signature of {one.party}", sheet.signature(one)) for one in found.signatures]
    rest = [("A vendor's part", "It counts for the side that is accountable for it."), ("About this file", OURS)]
    return [*version, *MEANS, *rest, *count]


# --- one requirement


def _requirement(found: Document, key: str, text: str, done: list[Done]) -> Requirement:
    content, families = found.content, _file()["families"]
    active = [one for one in done if not one.left_out]
    nobody = [f"{one.name}: nobody does it" for one in active if not one.doing]
    return Requirement(
        key=key,
        family=families[key.rpartition(".")[0]],
        text=text,
        whose=_whose(active),
        client=_parts(content, active, CLIENT_PARTIES),
        provider=_parts(content, active, ("provider",)),
        vendors=_parts(content, active, (VENDOR,)),
        accountable=tuple(f"{one.name}: {_who_answers(content, one)}" for one in active),
        open=(*nobody, *(f"{one.name}: not done here {one.left_out}" for one in done if one.left_out)),
        duties=tuple(f"{one.name} ({one.key})" for one in done),
        proof=tuple(f"{found.address}{one.key}/" for one in done),
    )


def _whose(done: Iterable[Done]) -> Whose:
    sides = {side for one in done for side in _sides(one)}
    if len(sides) > 1:
        return Whose.SHARED
    return Whose.NOBODY if not sides else Whose.PROVIDER if sides == {"provider"} else Whose.CLIENT


def _sides(one: Done) -> set[str]:
    accountable = {held.party for held in one.accountable}
    for_vendor = "provider" if accountable == {"provider"} else "client"
    return {for_vendor if held.party == VENDOR else "provider" if held.party == "provider" else "client" for _, held in one.doing}


def _parts(content: Content, done: Iterable[Done], parties: Sequence[str]) -> tuple[str, ...]:
    """Return what these parties do of each duty: "Restore tests: Internal IT by day, which half: confirms the content"."""
    found = []
    for one in done:
        own = [(place, held) for place, held in one.doing if held.party in parties]
        said = [_part(content, held, place) for place, held in own[:PLACES]]
        if len(own) > PLACES:
            said.append(f"and {len(own) - PLACES} more lines of places, which the matrix names")
        if said:
            found.append(f"{one.name}: {'; '.join(said)}")
    return tuple(found)


def _part(content: Content, held: Held, place: str) -> str:
    who = content.who(held)
    said = [
        f"{content.party(held.party)} {_when(content, held.hours)}{f' ({who})' if who else ''}",
        f"at {content.place(place)}" if place else "",
        "answers first" if held.lead else "",
        f"which half: {held.split}" if held.split else "",
        f"only: {held.qualifier}" if held.qualifier else "",
        f"from {difference.day(held.since)}" if held.since else "",
        f"until {difference.day(held.until)}" if held.until else "",
    ]
    return ", ".join(filter(None, said))


def _when(content: Content, hours: str) -> str:
    words = {"business": "by day", "after": "at night", "always": "day and night"}
    return words.get(hours) or f"in the hours {layout.spoken_hours(content, hours)}"


def _who_answers(content: Content, one: Done) -> str:
    named = [f"{content.party(held.party)}{f' ({content.who(held)})' if content.who(held) else ''}" for held in one.accountable]
    return " and ".join(dict.fromkeys(named)) or "nobody is accountable"


# --- one duty


def _in_order(found: Document) -> list[str]:
    """Return the duties of a version in the order of the matrix, those last that it only leaves out."""
    keys = [line.about for group in found.groups for line in group.lines if line.about in found.content.duties]
    return list(dict.fromkeys([*keys, *sorted(found.content.duties)]))


def _done(content: Content, key: str) -> Done:
    duty = content.duties[key]
    whole = [content.line(about, "") for about in (key, duty.category, EVERY_DUTY)]
    places = [line for line in content.lines if line.about == key and line.place]
    left = next((difference.excluded_in_words(one) for one in content.exclusions if one.duty == key), "")
    return Done(
        key=key,
        name=duty.name,
        doing=(*(("", held) for held in _first_in_each_hour(whole)), *((line.place, held) for line in places for held in _doing(line))),
        accountable=tuple(next((found for line in whole if (found := _of(line, Letter.A))), [])),
        left_out=left,
    )


def _of(line: Line, letter: Letter) -> list[Held]:
    """Return a letter of a line, those that say nobody too: they beat a wider line."""
    return [held for held in sorted(line.held) if held.letter == letter and held.rank == 1]


def _doing(line: Line) -> list[Held]:
    return [held for held in _of(line, Letter.R) if held.party]


def _first_in_each_hour(levels: Iterable[Line]) -> list[Held]:
    """Return who does a duty: of the category, and of every duty, only in hours that nothing nearer says anything about."""
    found: list[Held] = []
    taken: set[str] = set()
    for line in levels:
        held = [one for one in _of(line, Letter.R) if not _halves(one) <= taken]
        taken |= {half for one in held for half in _halves(one)}
        found += [one for one in held if one.party]
    return found


def _halves(held: Held) -> frozenset[str]:
    return difference.HALVES.get(held.hours, frozenset({held.hours}))


@cache
def _file() -> dict[str, dict[str, str]]:
    told: dict[str, dict[str, str]] = yaml.safe_load(FILE.read_text())
    return told

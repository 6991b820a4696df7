"""The rows of a version as our own sheets and tables hold them: a row for every line, only the columns that say something."""

from dataclasses import dataclass

from responsibilities import catalogue
from responsibilities.domain.content import EVERY_DUTY, Duty, Line
from responsibilities.exporters import layout
from responsibilities.exporters.document import Document

NO_DUTY = Duty("", "", "", 0)


@dataclass(frozen=True)
class Grid:
    """Headings, and as many cells in every row."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def grid(document: Document) -> Grid:
    """Return the rows of a version in the order of the matrix."""
    content = document.content
    parties = layout.parties_of(content, document.parties)
    lines = [line for group in document.groups for line in group.lines]
    cells = [{party: layout.written(content, line, party) for party in parties} for line in lines]
    details = [(party, detail) for party in parties for detail in layout.DETAILS if any(detail in one[party] for one in cells)]
    texts = [name for name in layout.TEXTS if name == "note" or any(getattr(line, name) for line in lines)]
    columns = [(party, "") for party in parties] + details
    headings = (
        *layout.HEAD,
        *(layout.party_column(content, party, detail) for party, detail in columns),
        *(layout.TEXTS[name] for name in texts),
    )
    return Grid(
        headings,
        tuple(
            (*head(document, line), *(held[party].get(detail, "") for party, detail in columns), *(getattr(line, name) for name in texts))
            for line, held in zip(lines, cells, strict=True)
        ),
    )


def head(document: Document, line: Line) -> tuple[str, ...]:
    """Return what a line is about and where."""
    content = document.content
    duty = content.duties.get(line.about, NO_DUTY)
    name = duty.name or content.title(line.about)
    place = content.place(line.place) if line.place else layout.WHOLE_CLIENT
    return (
        line.about,
        category(document, line.about),
        name,
        layout.SPOKEN.get(duty.coverage, duty.coverage),
        risk(duty),
        place,
        line.place,
    )


def category(document: Document, about: str) -> str:
    """Return the name of the category of a duty, or of a line about all of one."""
    content = document.content
    if about == EVERY_DUTY:
        return ""
    key = content.duties[about].category if about in content.duties else about
    return content.categories.get(key) or catalogue.category_names().get(key, key)


def risk(duty: Duty) -> str:
    """Return a duty's risk from 1 to 5, "" for what is no duty."""
    return str(duty.risk) if duty.risk else ""

"""A reading told in short lines, so that tests can say what they expect."""

from responsibilities import importers
from responsibilities.importers import Dialect, Line, Part, Reading, Table


def read(text: str, name: str = "a.csv") -> Reading:
    """Return the reading of a text, without the line that begins it in a test."""
    return importers.read(name, text.lstrip("\n").encode())


def only(reading: Reading) -> Table:
    """Return the one table that says who does what."""
    (table,) = (table for table in reading.tables if table.dialect)
    return table


def told(table: Table) -> list[str]:
    """Return every line in short: "7a Backups [Operations] Client=A, MSP=R(nightly) ?SOC:D ~section or unassigned"."""
    return [spelled(line) for line in table.lines]


def spelled(line: Line) -> str:
    parts = ", ".join(map(part, line.parts))
    pieces = [line.ref if line.ref != line.duty else "", line.duty, f"[{line.section}]" if line.section else "", parts]
    pieces += [f"?{column}:{cell}" for column, cell in line.unread] + [f"+{column}:{text}" for column, text in line.more]
    return " ".join(filter(None, [*pieces, f"~{line.asks}" if line.asks else ""]))


def part(one: Part) -> str:
    """Return who holds what: "MSP=RA(nightly)", "MSP" for a holder, "-MSP" for one who does not hold it, "-" for nobody."""
    letters = f"={''.join(one.letters)}" if one.letters else ""
    return f"{'' if one.holds else '-'}{one.party}{letters}{f'({one.qualifier})' if one.qualifier else ''}"


class Case:
    """A sheet and what a right reader finds: of each table its dialect with the parties, then every line."""

    def __init__(self, title: str, file: str, text: str, *found: tuple[Dialect, tuple[str, ...]] | str) -> None:
        self.title = title
        self.file = file
        self.text = text
        self.found = found

    def __str__(self) -> str:
        return self.title


def check(case: Case) -> None:
    """Compare what is read with what the case expects."""
    tables = [table for table in read(case.text, case.file).tables if table.dialect]
    found = [one for table in tables for one in ((table.dialect, table.parties), *told(table))]
    assert found == list(case.found)

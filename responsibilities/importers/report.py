"""A reading told as plain data for programs: what the command prints."""

from collections.abc import Iterable
from typing import Any

from responsibilities.importers.reading import WHOLE, Line, Reading, Table

DEFECTS = ("no_a", "several_a", "no_r", "several_r")
LONGEST = 60  # what is longer is prose and not worth counting


def report(reading: Reading) -> dict[str, Any]:
    """Return what a file says, table by table, with what a right matrix would not have."""
    tables = [_table(table) for table in reading.tables]
    return {
        "format": reading.format,
        "counts": {name: sum(table["counts"][name] for table in tables) for name in ("rows", *DEFECTS)},
        "tables": tables,
        "aside": _texts(reading.aside),
    }


def _table(table: Table) -> dict[str, Any]:
    defects = {name: list(getattr(table, name)) for name in DEFECTS}
    return {
        "sheet": table.sheet,
        "dialect": table.dialect.lower() if table.dialect else None,
        "header_rows": list(table.header_rows),
        "headings": list(table.headings),
        "parties": list(table.parties),
        "counts": {"rows": len(table.lines), **{name: len(lines) for name, lines in defects.items()}},
        "shows_every_letter": table.dialect in WHOLE,
        "defects": {name: [_named(line) for line in lines] for name, lines in defects.items()},
        "holders": table.held,
        "said": {column: {text: often for text, often in said.items() if len(text) <= LONGEST} for column, said in table.said.items()},
        "asked": [{**_named(line), "asks": line.asks} for line in table.lines if line.asks],
        "rows": [_line(line) for line in table.lines],
        "sections": _texts(table.sections),
        "not_understood": _texts(table.unread),
    }


def _line(line: Line) -> dict[str, Any]:
    letters = {party: "".join(letter for letter in "RASCI" if party in line.parties(letter)) for party in _parties(line)}
    return {
        "row": line.row,
        **_named(line),
        "section": line.section,
        "letters": {party: held for party, held in letters.items() if held},
        "holders": list(line.holders),
        "qualifiers": [
            {"party": part.party, "letters": "".join(part.letters), "text": part.qualifier} for part in line.parts if part.qualifier
        ],
        "cells": [{"column": column, "text": text} for column, text in dict.fromkeys((part.column, part.text) for part in line.parts)],
        "other": _columns(line.more),
        "not_understood": _columns(line.unread),
        "asks": line.asks,
    }


def _named(line: Line) -> dict[str, Any]:
    return {"number": line.number, "id": line.ref, "duty": line.duty}


def _parties(line: Line) -> Iterable[str]:
    return dict.fromkeys(part.party for part in line.parts if part.party)


def _columns(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"column": column, "text": text} for column, text in pairs]


def _texts(pairs: Iterable[tuple[int, str]]) -> list[dict[str, Any]]:
    return [{"row": row, "text": text} for row, text in pairs]

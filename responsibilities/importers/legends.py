"""Legends and footnotes: rows that explain the letters, codes and marks of a table and are no duties."""

import re
from collections.abc import Collection, Iterable, Sequence

from responsibilities.importers import cells, words
from responsibilities.importers.grid import Block, Row

SYMBOL = re.compile(r"[(\[]?([A-Z0-9](?:[A-Z0-9+/-]{0,7}))[)\]]?[*:.]*")
MEANS = re.compile(r"^[\W_]*([A-Z0-9][A-Z0-9+/-]{0,7})[\W_]*?\s*(?:\([^)]*\)\s*)?(=|:|[\u2013\u2014]|\s-\s)[\W_]*(\w.*)$")
NAMED = re.compile(r"^[\W_]*\(([A-Z]{1,2})\)[\W_]*\s*(\w.*)$|^[\W_]*([A-Z])[\W_]*\(([^()]+)\)[\W_]*(?::|=|-|$).*$")
FOOTNOTE = re.compile(
    r"^\s*(?:[*†‡§¹²³⁰⁴-⁹]+\s*\S|\[\^?\d+\]|\(\d{1,2}\)\s|\^\S{1,3}\^|\d{1,2}\)\s|(?:note|notes|n\.?b\.?|nota|remarque|hinweis|anmerkung|source|legend|key)\b\s*\d*\s*[:.\-\u2013\u2014])",
    re.IGNORECASE,
)
SENTENCE = 80
LONGEST = 400
FEW_COLUMNS = 4
HALF = 2
LETTERS = {*"RASCI"}


def means(row: Row, known: Collection[str] = (), most: int = 2) -> tuple[str, str] | None:
    """Return the symbol that a row explains and its meaning; None for a row that explains none, or has more than `most` cells."""
    said = [cell for _, cell in row.filled]
    if not 0 < len(said) <= most or len(said[0]) > LONGEST:
        return None
    first, others = words.plain(said[0]), said[1:]
    if others and (found := SYMBOL.fullmatch(first)):
        explained = found.group(1) in LETTERS or found.group(1) in known or words.key(others[0]) in words.SPELLED
        return (found.group(1), _joined(*others)) if explained and not any(_is_value(cell, known) for cell in others) else None
    if found := NAMED.match(first):
        symbol = found.group(1) or found.group(3)
        return (symbol, _joined(found.group(2) or found.group(4), *others)) if symbol in LETTERS or symbol in known else None
    if not others and (found := MEANS.match(first)):
        explained = found.group(1) in LETTERS or found.group(1) in known or found.group(2) == "="
        return (found.group(1), found.group(3)) if explained else None
    return None


def _joined(*texts: str) -> str:
    return " ".join(map(words.plain, texts))


def _is_value(cell: str, known: Collection[str]) -> bool:
    """Say whether a cell beside a symbol is itself letters, a mark or a code, so that the row is a duty after all."""
    spelled = any(key in words.SPELLED for key in words.words(cell))
    return not spelled and (cells.read_letters(cell) is not None or cells.read_mark(cell) is not None or cell in known)


def is_legend(block: Block) -> bool:
    """Say whether a table only explains symbols."""
    body = [row for row in block.rows[block.headed :] if row.filled]
    if not body or max(len(row.filled) for row in body) > FEW_COLUMNS:
        return False
    explaining = sum(means(row, most=FEW_COLUMNS) is not None or _is_symbol(row) for row in body)
    return explaining * HALF > len(body)


def _is_symbol(row: Row) -> bool:
    said = row.filled
    symbol = words.plain(said[0][1])
    return (
        len(said) > 1
        and bool(SYMBOL.fullmatch(symbol))
        and symbol.isalpha()
        and len(said[1][1]) > SENTENCE / FEW_COLUMNS
        and symbol.isupper()
    )


def opens(row: Row) -> bool:
    """Say whether a row is the title of a legend."""
    said = row.filled
    return len(said) == 1 and words.made_of(said[0][1], words.LEGEND, words.LETTER, words.ROLE) and words.has(said[0][1], words.LEGEND)


def is_footnote(row: Row) -> bool:
    """Say whether a row is a note below a table: one cell that begins as notes do, or a long sentence."""
    said = row.filled
    if len(said) != 1:
        return False
    text = words.plain(said[0][1])
    return bool(FOOTNOTE.match(text)) or (len(text) > SENTENCE and text.endswith((".", "!", ")")))


def read(texts: Iterable[str]) -> dict[str, str]:
    """Return what the legends in these texts call each symbol; several may stand on one line."""
    found: dict[str, str] = {}
    for text in texts:
        if len(text) > LONGEST:
            continue
        for piece in re.split(r"[\n;|]|,\s*(?=[A-Z0-9+/-]{1,8}\s*[=:])", text):
            explained = means(Row(0, (piece,)), known=_symbols(piece))
            if explained:
                found.setdefault(*explained)
    return found


def read_rows(rows: Sequence[Row], known: Collection[str] = ()) -> dict[str, str]:
    """Return what rows of a legend call each symbol."""
    return dict(explained for row in rows if (explained := means(row, known or _symbols(row.at(0)), FEW_COLUMNS)))


def _symbols(text: str) -> tuple[str, ...]:
    found = SYMBOL.match(words.plain(text).strip("*_ -•"))
    return (found.group(1),) if found else ()

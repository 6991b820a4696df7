"""Tables of a Markdown text, with the headings they stand under; every other line is text beside them."""

import html
import re
from collections.abc import Iterator

from responsibilities.importers import words
from responsibilities.importers.files import is_rule
from responsibilities.importers.grid import Block, Paper, Row

HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.*)$")
ANCHOR = re.compile(r"\{#?[^{}]*\}$")
BAR = re.compile(r"(?<!\\)\|")
FENCE = re.compile(r"^\s*(```|~~~)")


def read(text: str) -> Paper:
    """Return the tables of a text and what stands beside them."""
    lines = [line.lstrip("> ") if line.lstrip().startswith(">") else line for line in text.split("\n")]
    blocks: list[Block] = []
    aside: list[tuple[int, str]] = []
    heading, at = "", 0
    while at < len(lines):
        end = _table_end(lines, at)
        if end > at:
            title = aside[-1][1].partition("\n")[0] if aside else ""
            blocks.append(_block(lines, at, end, heading, title))
        else:
            end = _text_end(lines, at)
            if found := HEADING.match(lines[at]):
                heading = words.plain(ANCHOR.sub("", found.group(1).strip()).rstrip("# "))
            said = "\n".join(line.strip() for line in lines[at:end]).strip()
            aside += [(at + 1, said)] if said else []
        at = end
    return Paper("markdown", tuple(blocks), tuple(aside))


def _table_end(lines: list[str], at: int) -> int:
    """Return where the table ends that begins here; `at` where none does."""
    follows = at + 1 < len(lines) and "|" in lines[at]
    begins = follows and (is_rule(lines[at + 1]) or all(map(_bars, lines[at : at + 2])))
    end = at
    while begins and end < len(lines) and lines[end].strip() and ("|" in lines[end] or is_rule(lines[end])):
        end += 1
    return end


def _bars(line: str) -> bool:
    return line.lstrip().startswith("|") and len(BAR.findall(line)) > 1


def _text_end(lines: list[str], at: int) -> int:
    """Return where the paragraph, heading or fenced text ends that begins here."""
    if fence := FENCE.match(lines[at]):
        closing = (end for end in range(at + 1, len(lines)) if lines[end].lstrip().startswith(fence.group(1)))
        return next(closing, len(lines) - 1) + 1
    end = at + 1
    if not lines[at].strip() or HEADING.match(lines[at]):
        return end
    while (
        end < len(lines)
        and lines[end].strip()
        and not HEADING.match(lines[end])
        and not FENCE.match(lines[end])
        and _table_end(lines, end) == end
    ):
        end += 1
    return end


def _block(lines: list[str], at: int, end: int, heading: str, title: str) -> Block:
    headed = int(is_rule(lines[at + 1]))
    return Block("", tuple(_rows(lines, at, end, headed)), headed, heading, words.plain(title.lstrip("# ")))


def _rows(lines: list[str], at: int, end: int, headed: int) -> Iterator[Row]:
    for number in range(at, end):
        if not (headed and number == at + 1):
            yield Row(number + 1, cells_of(lines[number]))


def cells_of(line: str) -> tuple[str, ...]:
    """Return the cells of one row; an escaped bar is part of its cell."""
    line = line.strip()
    line = line[1:] if line.startswith("|") else line
    line = line[:-1] if line.endswith("|") and not line.endswith("\\|") else line
    return tuple(html.unescape(cell.replace("\\|", "|")).strip() for cell in BAR.split(line))

"""Paragraphs that a program broke into lines to be put together again by whoever shows them (RFC 3676)."""

import re

QUOTED = re.compile(r">*")
LONG = 20_000  # characters of a line that is put together


def joined(text: str, *, close: bool) -> str:
    """Return a text with its paragraphs on one line each; `close` = the space at a line's end is only a sign that it goes on."""
    done: list[str] = []
    paragraph: list[str] = []
    depth, size = 0, 0
    for line in text.split("\n"):
        marks = (QUOTED.match(line) or [""])[0]
        said = line[len(marks) :].removeprefix(" ")
        mark = said == "-- "
        if paragraph and (len(marks) != depth or mark or size > LONG):
            done.append(_with(depth, paragraph))
            paragraph, size = [], 0
        depth = len(marks)
        goes_on = said.endswith(" ") and not mark
        paragraph.append(said[:-1] if goes_on and close else said)
        size += len(said)
        if not goes_on:
            done.append(_with(depth, paragraph))
            paragraph, size = [], 0
    if paragraph:
        done.append(_with(depth, paragraph))
    return "\n".join(done)


def _with(depth: int, paragraph: list[str]) -> str:
    said = "".join(paragraph)
    return f"{'>' * depth} {said}" if depth else said

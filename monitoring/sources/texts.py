"""Turns any parsed value into a text that a database column can hold, or into None where it says nothing."""

import json
import re

LONGEST = 10_000
ONLY_MACROS = re.compile(r"(?:\s|[-,;:/|()\[\]]|\{[$#?]?[A-Z][A-Z0-9_.:]*\}|\*UNKNOWN\*)+")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean(text: str, longest: int = LONGEST) -> str:
    """Return the text without what PostgreSQL refuses, cut to `longest`."""
    return UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text[:longest])


def of(value: object, longest: int = LONGEST) -> str | None:
    """Return the value as text; nothing, blanks and macros that the sender never filled in are None."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        if not value:
            return None
        try:
            value = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
        except (ValueError, RecursionError):
            return None
    text = clean(str(value), longest).strip()
    return None if not text or is_unfilled(text) else text


def is_unfilled(text: str) -> bool:
    """Say whether nothing but macros stands there, as in "{DATE} {TIME}"."""
    return ("{" in text or "*" in text) and len(text) <= 300 and ONLY_MACROS.fullmatch(text) is not None  # noqa: PLR2004 - no macro is longer

"""Parses the bytes of a body into plain values, keeping absurd numbers as text; says in words why it cannot."""

import json
import math
from urllib.parse import parse_qsl

MOST_DIGITS = 19
MOST_FIELDS = 2_000


class Unreadable(Exception):
    """A body that is not what its mapping expects, in words fit for users."""


def parse(body: bytes, form: str) -> object:
    """Return the body's values; `form` is "json" or "form". Raise Unreadable with the reason."""
    if not body.strip():
        raise Unreadable("The message has no body.")
    text = _decoded(body)
    return _fields(text) if form == "form" else from_json(text)


def from_json(text: str) -> object:
    """Return the values of a JSON text, or raise Unreadable."""
    try:
        return json.loads(text, parse_float=_number, parse_int=_whole, parse_constant=str)
    except RecursionError:
        raise Unreadable("The message is nested deeper than anything we can read.") from None
    except ValueError as fault:
        raise Unreadable(f"The message is not JSON: {_where(fault)}.") from None


def _decoded(body: bytes) -> str:
    """Read the bytes as UTF-8, or by their byte order mark; a wrong byte becomes a replacement sign."""
    for mark, name in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if body.startswith(mark):
            return body.decode(name, errors="replace").lstrip("\ufeff")
    return body.decode("utf-8-sig", errors="replace")


def _fields(text: str) -> object:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Unreadable(f"The form has more than {MOST_FIELDS} fields.") from None
    return dict(pairs)


def _number(text: str) -> float | str:
    value = float(text)
    return value if math.isfinite(value) else text


def _whole(text: str) -> int | str:
    return int(text) if len(text) <= MOST_DIGITS + 1 else text


def _where(fault: ValueError) -> str:
    return f"line {fault.lineno}, column {fault.colno}" if isinstance(fault, json.JSONDecodeError) else "a number in it cannot be read"

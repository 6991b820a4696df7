"""The pure functions a mapping may use on a value; each takes a value and one argument and returns a value, or None for nothing."""

from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

from monitoring.sources import bodies, texts

Argument = str | int | tuple[str, ...] | None
Function = Callable[[object, Argument], object]
MOST_PARTS = 200
PAIR = 2


def trim(value: object, _: Argument) -> object:
    """Take blanks away at both ends."""
    return _text(value).strip()


def lower(value: object, _: Argument) -> object:
    """Write in lower case."""
    return _text(value).lower()


def upper(value: object, _: Argument) -> object:
    """Write in upper case."""
    return _text(value).upper()


def first(value: object, _: Argument) -> object:
    """Take the first member of a list."""
    return (value[0] if value else None) if isinstance(value, list) else value


def last(value: object, _: Argument) -> object:
    """Take the last member of a list."""
    return (value[-1] if value else None) if isinstance(value, list) else value


def split(value: object, mark: Argument) -> object:
    """Cut a text into a list at each mark."""
    return _text(value).split(str(mark), MOST_PARTS)


def join(value: object, mark: Argument) -> object:
    """Write the members of a list as one text with the mark between them."""
    if not isinstance(value, list):
        return value
    return str(mark).join(filter(None, map(texts.of, value[:MOST_PARTS])))


def before(value: object, mark: Argument) -> object:
    """Keep what stands before the first mark."""
    return _text(value).partition(str(mark))[0]


def after(value: object, mark: Argument) -> object:
    """Keep what stands after the first mark, or nothing where it is missing."""
    return _text(value).partition(str(mark))[2] or None


def replace(value: object, pair: Argument) -> object:
    """Write the second text of the pair wherever the first stands."""
    if not isinstance(pair, tuple) or len(pair) != PAIR or not pair[0]:
        return value
    return _text(value).replace(pair[0], pair[1])


def cut(value: object, longest: Argument) -> object:
    """Keep at most that many characters."""
    return _text(value)[: longest if isinstance(longest, int) else texts.LONGEST]


def query(value: object, name: Argument) -> object:
    """Return one named value of the query in an address, whatever stands before it."""
    _, _, words = _text(value).partition("?")
    try:
        pairs = parse_qsl(words.partition("#")[0], max_num_fields=MOST_PARTS)
    except ValueError:
        return None
    return next((found for key, found in pairs if key.lower() == str(name).lower()), None)


def pairs(value: object, without: Argument) -> object:
    """Write an object as "key=value" lines in the order of its keys, leaving out those named."""
    if not isinstance(value, Mapping):
        return None
    left_out = set(without) if isinstance(without, tuple) else set()
    kept = sorted((str(key), texts.of(member) or "") for key, member in value.items() if str(key) not in left_out)
    return "\n".join(f"{key}={member}" for key, member in kept[:MOST_PARTS]) or None


def read_json(value: object, _: Argument) -> object:
    """Read a JSON text inside a value; what is not JSON stays text."""
    if not isinstance(value, str):
        return value
    try:
        return bodies.from_json(value)
    except bodies.Unreadable:
        return value


BY_NAME: Mapping[str, Function] = {
    "trim": trim,
    "lower": lower,
    "upper": upper,
    "first": first,
    "last": last,
    "split": split,
    "join": join,
    "before": before,
    "after": after,
    "replace": replace,
    "cut": cut,
    "query": query,
    "pairs": pairs,
    "json": read_json,
}


def apply(name: str, value: object, argument: Argument) -> object:
    """Use a function; a text it makes is never longer than a value may be."""
    found = BY_NAME[name](value, argument)
    return found[: texts.LONGEST] if isinstance(found, str) and name != "json" else found


def _text(value: object) -> str:
    return texts.of(value) or ""

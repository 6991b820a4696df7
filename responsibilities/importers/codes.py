"""Codes that some sheets name their parties with: CSP, CSC, SH-S, G+C, P / S / Shared / Joint / TBD."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from responsibilities.importers import cells, words

SHARED = {
    "SH": "shared",
    "SHR": "shared",
    "SHARED": "shared",
    "JOINT": "joint",
    "BOTH": "both",
    "MIXED": "mixed",
    "HYBRID": "hybrid",
    "SHI": "shared, independently",
    "SHS": "shared, each separately",
    "SHD": "shared, one depends on the other",
}
INHERITED = {"INH", "INHERITED", "INHERIT"}
NOBODY = {"GAP": "gap"}
OWNERS = {
    "CSP",
    "CSC",
    "MSP",
    "MSSP",
    "ESP",
    "OSC",
    "OSA",
    "CUST",
    "CLIENT",
    "CUSTOMER",
    "PROVIDER",
    "VENDOR",
    "3PTY",
    "3P",
    "3RD",
    "TP",
    "TPSP",
    "AWS",
}
TELLING = {"SH", "SHS", "SHD", "SHI", "GAP", "CSP", "CSC", "3PTY", "3P"} | INHERITED  # no sheet of letters or names has them
SHORT = {"G", "C", "P", "S", "V", "T", "M", "U", "CU", "PR"}
PAIRS = (("CSP", "CSC"), ("G", "C"), ("P", "C"), ("P", "S"))
SPELLED = {
    "shared independent": "SH-S",
    "shared separate": "SH-S",
    "shared dependent": "SH-D",
    "csp owned": "CSP",
    "csc owned": "CSC",
    "shared csp and csc": "SHARED",
    "3rd party outsourced": "3PTY",
    "third party outsourced": "3PTY",
    "third party": "3PTY",
    "3rd party": "3PTY",
}
TOKEN = re.compile(r"[A-Z0-9]{1,8}(?:-[A-Z0-9]{1,4})?")
BETWEEN = re.compile(r"\s*[+/,&;]\s*|\s+and\s+|\n")
ANSWERS = {"yes": (True, False), "no": (False, True), "partial": (True, True), "partially": (True, True), "inherited": (True, False)}
FEW_WORDS = 5
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Coded:
    """One holder that a code names: who, and how."""

    party: str
    qualifier: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """The codes of one sheet: whom they name, and who shares where a code says only that it is shared."""

    named: Mapping[str, str]  # a party's code and what the legend calls it
    pair: tuple[str, ...] = ()  # the two who share; empty where the sheet does not tell
    symbols: frozenset[str] = frozenset()  # every code that stands in the sheet


def tokens(text: str) -> tuple[str, ...] | None:
    """Return the codes of a cell; None for a cell that is no codes."""
    if len(text) > LONGEST:
        return None
    bare = words.plain(text)
    if spelled := SPELLED.get(words.key(bare)):
        return (spelled,)
    if "n/a" in bare.lower():
        return None
    found = tuple(piece for piece in BETWEEN.split(re.sub(r"\([^()]*\)|[*†‡]+", "", bare).strip()) if piece)
    if not found or not all(TOKEN.fullmatch(piece.upper()) for piece in found):
        return None
    return tuple(piece.upper() for piece in found) if all(piece.isupper() or _bare(piece) in SHARED | NOBODY for piece in found) else None


def is_code(text: str) -> bool:
    """Say whether a cell is of codes that sheets of this dialect use."""
    found = tokens(text)
    return found is not None and all(_bare(one) in SHARED.keys() | NOBODY.keys() | INHERITED | OWNERS | SHORT for one in found)


def tells(texts: Iterable[str]) -> bool:
    """Say whether these cells together are codes and not letters of R A S C I: one of them must be a code that is no letter."""
    said = {_bare(one) for text in set(texts) for one in tokens(text) or ()}
    if said & TELLING:
        return True
    return bool(said & {"G", "P"}) and not said & {"R", "A", "I"}


def scheme(texts: Iterable[str], legend: Mapping[str, str]) -> Scheme:
    """Return what the codes of a sheet stand for."""
    said = Counter(one for text in texts for one in tokens(text) or ())
    owners = [
        one
        for one in said
        if _bare(one) not in SHARED.keys() | NOBODY.keys() | INHERITED and (said[one] > 1 or one in legend or is_code(one))
    ]
    named = {one: _short(legend.get(one, "")) or one for one in (*owners, *_pair(said, owners))}
    return Scheme(named, _pair(said, owners), frozenset(said))


def _pair(said: Iterable[str], owners: Sequence[str]) -> tuple[str, ...]:
    """Return the two who share: the two known to stand together, the only two there are, or provider and customer of a cloud."""
    sided = [one for one in owners if not one.startswith(("3", "TP"))]
    for pair in PAIRS:
        if all(one in owners for one in pair):
            return pair
    if len(sided) == len(PAIRS[0]):
        return tuple(sided)
    return PAIRS[0] if {*PAIRS[0]} & set(owners) or {"SHS", "SHD", "SHI"} & set(map(_bare, said)) else ()


def read(text: str, known: Scheme) -> tuple[Coded, ...] | None:
    """Return who a coded cell names: nobody for a gap; None where it is no code or does not tell who shares."""
    found = tokens(text)
    if found is None or any(_bare(one) not in SHARED.keys() | NOBODY.keys() | INHERITED and one not in known.named for one in found):
        return None
    coded: list[Coded] = []
    for one in found:
        bare = _bare(one)
        if bare in SHARED:
            coded += [Coded(known.named.get(side, side), SHARED[bare]) for side in known.pair]
        elif bare in INHERITED:
            coded.append(Coded(known.named.get(known.pair[0], known.pair[0]) if known.pair else "", "inherited"))
        elif bare not in NOBODY:
            coded.append(Coded(known.named.get(one, one)))
    return tuple(_with_note(coded, text))


def _with_note(coded: list[Coded], text: str) -> Iterable[Coded]:
    inside = re.search(r"\(([^()]+)\)", words.plain(text))
    note = inside.group(1).strip() if inside and words.key(text) not in SPELLED else ""
    return [Coded(one.party, "; ".join(filter(None, (one.qualifier, note)))) for one in coded]


def is_shared(text: str) -> bool:
    """Say whether a cell only says that several share."""
    found = tokens(text)
    return found is not None and all(_bare(one) in SHARED for one in found)


def shares(text: str) -> str:
    """Return how a name that is none says that both share: "shared", "joint", "both"; empty where it is a name."""
    bare = words.key(text).replace(" responsibility", "").strip()
    return SHARED.get(bare.upper(), "")


def read_inherited(text: str) -> tuple[bool, bool] | None:
    """Return whether the provider and whether the customer holds what a sheet answers "can it be inherited?" with."""
    return ANSWERS.get(words.key(text)) if len(text) <= LONGEST else None


def _bare(code: str) -> str:
    return code.upper().replace("-", "")


def _short(meaning: str) -> str:
    bare = words.plain(meaning).strip(" .")
    return bare if len(bare.split()) <= FEW_WORDS and not cells.says_nothing(bare) else ""


def meaning(text: str, known: Scheme) -> str:
    """Return how a party holds what a code stands for: what the legend calls it, else the code itself."""
    return "; ".join(known.named.get(one) or SHARED.get(_bare(one)) or one for one in tokens(text) or ())

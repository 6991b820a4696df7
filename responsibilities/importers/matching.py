"""What a sheet's words mean here: which party a heading names, and which duty a row is about, with how sure that is."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz, process

from comanaged.vocabulary import Party

SURE, LIKELY, NEAR = 94.0, 74.0, 45.0  # of 100
EVEN = 2.0  # so near each other that the second is as good as the first
ALIKE = 82.0  # one word and its misspelling
LONGEST = 300  # letters of a row that are compared
CANDIDATES = 4
OPENING = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
MARKS = re.compile(r"[^a-z0-9&/+]+")
FILLERS = frozenset({"and", "or", "the", "of", "for", "a", "an", "to", "in", "on", "with", "it", "&", "/", "management", "administration"})

# Words of headings, the telling ones first: "vendor management" is a vendor's column, "MSSP" is no "MSP".
PARTIES: tuple[tuple[Party, str], ...] = (
    (
        Party.VENDOR,
        r"mssps?|mdr|soc|vendors?|third|3rd|3pty|suppliers?|carriers?|manufacturers?|isps?|contractors?|subcontractors?|auditors?|insurers?|"
        r"fournisseurs?|tiers|editeurs?|sous traitants?|lieferant(?:en)?|hersteller|drittanbieter|zulieferer|"
        r"proveedores externos|terceros?|fabricantes?|subcontratistas?|terceir\w+|fornecedor(?:es)? externos?|microsoft|aws|amazon|google|azure",
    ),
    (
        Party.LEADERSHIP,
        r"ceo|coo|cfo|cio|ciso|cto|cro|cpo|dpo|exec\w*|leader\w*|leadership|owners?|boards?|partners?|presidents?|steering|sponsors?|"
        r"legal|counsel|compliance|risk|directors?|senior management|management|mgmt|top management|business owners?|privacy officers?|"
        r"direction|direcao|dirigeants?|directeurs?|pdg|comite|juridique|geschaftsfuhr\w+|gf|leitung|vorstand|inhaber\w*|datenschutz\w*|"
        r"gerencia|gerentes?|direccion|director(?:a|es)?|junta|propietari\w+|legales|diretoria|diretor(?:a|es)?|gestao|gerencia|socios?|proprietari\w+",
    ),
    (
        Party.END_USER,
        r"end users?|users?|staff|employees?|hr|human resources|departments?|depts?|line managers?|managers?|data owners?|requesters?|office|"
        r"plant leads?|erp owners?|workforce|personnel|business units?|business|utilisateurs?|employes?|salaries|rh|ressources humaines|metiers?|"
        r"benutzer\w*|anwender\w*|mitarbeit\w*|nutzer\w*|fachbereich\w*|fachabteilung\w*|personal\w*|"
        r"usuari\w+|emplead\w+|personal|recursos humanos|rrhh|funcionari\w+|colaborador\w*",
    ),
    (
        Party.INTERNAL,
        r"internal it|internal|in house|inhouse|onsite it|local it|clients?|customers?|it managers?|it directors?|it teams?|it depart\w*|it dept|it staff|"
        r"it admin\w*|it technicians?|infrastructure directors?|infrastructure managers?|system admin\w*|sys ?admins?|company it|our it|us|we|csc|tenants?|"
        r"subscribers?|organi[sz]ations?|agency|dsi|equipe interne|interne|informatique|it intern\w*|interne it|edv|it abteilung|it leiter\w*|auftraggeber\w*|"
        r"kunden?|kundin|cliente|clientes|equipo interno|interno|interna|ti interna|ti|informatica|equipe de ti|equipe interna|contratante",
    ),
    (
        Party.PROVIDER,
        r"msps?|managed services?|managed service providers?|service providers?|services? providers?|providers?|noc|helpdesk|help desk|csp|cloud providers?|"
        r"outsourcers?|it partners?|it companies|it company|external it|prestataires?|infogerants?|infogerance|fournisseur de services?|dienstleister\w*|"
        r"systemhaus\w*|anbieter\w*|auftragnehmer\w*|externe it|it externe|proveedor(?:es)?|prestador(?:es)?|empresa de ti|fornecedor(?:es)?|provedor(?:es)?|them",
    ),
)
# What is decided before single words are looked at.
WHOLE: tuple[tuple[Party, str], ...] = (
    (
        Party.INTERNAL,
        r"^(?:it|ict|edv)$|\b(?:it|infrastructure|systems?|ict|information technology) (?:managers?|directors?|leads?|heads?|admin\w*|teams?|staff|departments?)\b|\b(?:head|director|manager) of (?:it|infrastructure|ict|information technology)\b|\binternal it\b|\bclient(?:'s)? it\b|\bclient teams?\b|\bcustomer teams?\b|\bclient (?:it )?(?:staff|team)\b|\bdirecteur informatique\b|\bresponsable informatique\b|\bdsi\b|\bit leit\w+|\bresponsable de (?:ti|it|informatica|sistemas)\b|\bgerente de (?:ti|it|informatica|sistemas)\b",
    ),
    (
        Party.PROVIDER,
        r"\bmanaged services? provider\b|\bservices? providers?\b|\bprovider (?:teams?|noc|desk|soc|staff)\b|\bit (?:partner|company|provider|supplier|dienstleister)\b|\bfournisseur de services?\b|\bproveedor(?:es)? de servicios?\b|\b(?:fornecedor|prestador|provedor) de servicos?\b|\bexternal it\b|\bexterne it\b",
    ),
    (
        Party.VENDOR,
        r"\bmanaged security\b|\bsecurity (?:provider|partner|operations? cent(?:er|re))\b|\b(?:software|hardware|application|app|erp|cloud) vendors?\b",
    ),
    (
        Party.END_USER,
        r"\b(?:end|business|all) users?\b|\bline managers?\b|\b(?:data|erp|process|application|system|asset) owners?\b|\bhuman resources\b",
    ),
)


class Sure(StrEnum):
    """How sure a match is."""

    UNDERSTOOD = "UNDERSTOOD"
    GUESSED = "GUESSED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Known:
    """A duty that a row may be about: its key, its name, its category and the other words it goes by."""

    key: str
    name: str
    category: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    """Which duty a row is about ("" for none that may be said), how sure that is of 100, and the nearest ones, the best first."""

    key: str
    score: float
    near: tuple[str, ...]
    category: str  # that the row seems to belong to, "" where nothing tells
    rival: str = ""  # the row that has the duty which this one looks like

    @property
    def sure(self) -> Sure:
        if not self.key:
            return Sure.UNKNOWN
        return Sure.UNDERSTOOD if self.score >= SURE else Sure.GUESSED


def plain(text: str) -> str:
    """Return words without case, accents, marks and doubled blanks."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return MARKS.sub(" ", "".join(letter for letter in bare if not unicodedata.combining(letter))).strip()


def party_of(heading: str, provider: str = "", client: str = "") -> Party | None:
    """Return whom a heading names, None where it is not clear. `provider` and `client` are what the two companies are called."""
    words = plain(heading)
    if not words:
        return None
    for name, party in ((provider, Party.PROVIDER), (client, Party.INTERNAL)):
        if _names(words, plain(name)):
            return party
    for party, pattern in WHOLE:
        if re.search(pattern, words):
            return party
    for party, pattern in PARTIES:
        if re.search(rf"(?:^|\b)(?:{pattern})(?:\b|$)", words):
            return party
    return None


def parties_of(headings: Sequence[str], provider: str = "", client: str = "") -> dict[str, Party | None]:
    """Return whom each heading names. Where there are two and one is a side's, the other one is the other side's."""
    found = {heading: party_of(heading, provider, client) for heading in headings}
    others = {Party.INTERNAL: Party.PROVIDER, Party.PROVIDER: Party.INTERNAL}
    known = [party for party in found.values() if party]
    if len(found) == len(others) and len(known) == 1 and known[0] in others:
        return {heading: party or others[known[0]] for heading, party in found.items()}
    return found


def match(rows: Sequence[tuple[str, str, str]], duties: Sequence[Known], categories: Sequence[tuple[str, str]] = ()) -> dict[str, Match]:
    """Return for every row, given as its name, its duty and its section, what it is about. No two get the same duty: the surer one has it.

    `categories` are keys with names; a row that matches nothing is put under the one its section or its nearest duty suggests.
    """
    words, keys = _vocabulary(duties)
    by_key = {duty.key: duty for duty in duties}
    ranked = [(name, _ranked(text, words, keys), section) for name, text, section in rows]
    taken: dict[str, str] = {}
    found: dict[str, Match] = {}
    for name, near, section in sorted(ranked, key=lambda one: -_best(one[1])):
        found[name] = _claimed(near, _category(section, near, by_key, categories), taken, name)
    return found


def _best(near: Sequence[tuple[str, float]]) -> float:
    return near[0][1] if near else 0.0


def _claimed(near: list[tuple[str, float]], category: str, taken: dict[str, str], row: str) -> Match:
    """Return the best duty that is still free; where it is taken the row that has it is told, and nothing less is put in its place."""
    keys = tuple(key for key, score in near if score >= NEAR)
    best = _best(near)
    likely = [key for key, score in near if score >= max(LIKELY, best - EVEN)]
    free = next((key for key in likely if key not in taken), "")
    if free:
        taken[free] = row
    return Match(free, best, keys, category, taken[likely[0]] if likely and not free else "")


def _vocabulary(duties: Sequence[Known]) -> tuple[list[str], list[str]]:
    words, keys = [], []
    for duty in duties:
        for name in dict.fromkeys(map(plain, (duty.name, *duty.aliases))):
            words.append(name)
            keys.append(duty.key)
    return words, keys


def _ranked(text: str, words: Sequence[str], keys: Sequence[str]) -> list[tuple[str, float]]:
    """Return the nearest duties with their scores, the best first."""
    asked = list(dict.fromkeys(filter(None, (plain(text[:LONGEST]), plain(OPENING.sub(" ", text[:LONGEST]))))))
    best: dict[str, float] = {}
    for one in asked:
        for name, score, place in process.extract(one, words, scorer=fuzz.token_set_ratio, limit=12):
            best[keys[place]] = max(best.get(keys[place], 0.0), _score(one, name, score))
    ordered = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    return ordered[:CANDIDATES]


def _score(asked: str, name: str, shared: float) -> float:
    """Weigh what is shared against what is not: a row that only contains a name is a guess, and a short name says little."""
    if asked == name:
        return 100.0
    telling, asks = _telling(name), _telling(asked)
    if not telling or not asks:
        return 0.0  # words that stand in half of all names tell nothing
    shares = sum(max(fuzz.ratio(word, one) for one in asks) >= ALIKE for word in telling) / max(len(telling), len(asks))
    whole = fuzz.token_sort_ratio(" ".join(asks), " ".join(telling)) * (0.72 + 0.25 * shares)
    inside = shared if telling <= asks else 0.0
    weight = min(1.0, 0.62 + 0.12 * len(telling)) if inside else 0.0
    return float(max(whole, inside * weight * 0.92))


def _telling(text: str) -> frozenset[str]:
    return frozenset(text.split()) - FILLERS


def _category(section: str, near: Iterable[tuple[str, float]], duties: dict[str, Known], categories: Sequence[tuple[str, str]]) -> str:
    """Return the category of the nearest duty where it is near enough, else the one the section is called like."""
    best = next(iter(near), ("", 0.0))
    if best[1] >= NEAR + 10:
        return duties[best[0]].category
    names = [plain(name) for _, name in categories]
    found = process.extractOne(plain(section), names, scorer=fuzz.token_set_ratio, score_cutoff=60) if section and names else None
    if found:
        return categories[found[2]][0]
    return duties[best[0]].category if best[1] >= NEAR else ""


def _names(words: str, name: str) -> bool:
    """Say whether a heading is a company's name or its telling first word."""
    first = name.split(" ", maxsplit=1)[0] if name else ""
    return bool(name) and (words == name or name in words or (len(first) > 3 and first in words.split()))  # noqa: PLR2004 - letters

"""The words that other people head their columns with, in the languages matrices came in."""

import re
import unicodedata
from functools import lru_cache

REMEMBERED = 200  # the same short texts are asked about again and again
MOST_REMEMBERED = 20_000
LONGEST_MARKED = 5_000  # in a longer text nobody looks for emphasis
PLAIN = re.compile(r"[A-Za-z0-9,.()/&:;-]+(?: [A-Za-z0-9,.()/&:;-]+)*")  # nothing to take away
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2007": " ", "\u2009": " ", "\t": " ", "\r": "\n"})
STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
SOFT = re.compile(r"(?<![\w*])([*_`])(?=[^\s*_`])([^*_`\n]+)(?<=\S)\1(?![\w*])")
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def plain(text: str) -> str:
    """Return a cell without emphasis and odd spaces; its lines stay lines."""
    return _plain_once(text) if len(text) <= REMEMBERED else _plain(text)


def _plain(text: str) -> str:
    if PLAIN.fullmatch(text):
        return text
    text = BREAK.sub("\n", text).replace("&nbsp;", " ").replace("{nbsp}", " ").translate(INVISIBLE).translate(SPACES)
    for mark in (STRONG, STRONG, SOFT) if len(text) <= LONGEST_MARKED else ():
        text = mark.sub(r"\2", text)
    return "\n".join(line for line in (" ".join(line.split()) for line in text.split("\n")) if line)


def key(text: str) -> str:
    """Return what two spellings of one heading or name share: letters and digits in lower case, without accents."""
    return _key_once(text) if len(text) <= REMEMBERED else _key(text)


def _key(text: str) -> str:
    bare = plain(text).replace("#", " number ").replace("№", " number ").casefold()
    if not bare.isascii():
        bare = "".join(one for one in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(one))
    return " ".join(re.findall(r"[^\W_]+", bare))


_plain_once = lru_cache(MOST_REMEMBERED)(_plain)
_key_once = lru_cache(MOST_REMEMBERED)(_key)


def words(text: str) -> list[str]:
    """Return the words of a heading."""
    return key(text).split()


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What the rows are: the first of these groups that heads a column names the duty.
BEST_DUTY = _set(
    "activity activities task tasks duty duties deliverable deliverables function functions responsibilities"
    " activite activites tache taches livrable livrables prestation prestations"
    " actividad actividades tarea tareas entregable entregables funcion funciones"
    " atividade atividades tarefa tarefas entregavel entrega"
    " aufgabe aufgaben tatigkeit tatigkeiten leistung leistungen attivita compito compiti"
)
GOOD_DUTY = _set(
    "action actions work name title control controls requirement requirements resource resources component components feature"
    " req step steps procedure practice capability operation operations decision milestone question safeguard"
    " nom intitule exigence nombre titulo requisito requisitos control recurso bezeichnung anforderung massnahme schritt etape paso etapa decision"
)
POOR_DUTY = _set(
    "process processes area areas service services item items topic subject object scope responsibility description layer domain"
    " category phase section system asset theme statement"
    " processus domaine sujet perimetre proceso procesos servicio servicios ambito processo processos servico servicos assunto"
    " prozess prozesse bereich thema dienst processi area areas fase fas fase"
)
SECTION = _set(
    "section category domain area phase family group pillar workstream stream theme chapter areas topic process function service"
    " categorie domaine famille groupe chapitre seccion categoria dominio area fase grupo secao bereich kategorie gruppe phase"
)
REF = _set("id ids number no nr num ref reference key code item step identifier numero numeros ref index pos position lfd")
JOINING = _set("and or of the del dos das dello von vom de des du la le les el los y et und per a an for e da do o its our your in to")
MORE = _set(
    "note notes comment comments remark remarks description status priority date due evidence link links version author frequency"
    " type details detail guidance example examples definition meaning level risk sla tool tools hours when how baseline rationale"
    " opmerking opmerkingen uwagi remarque remarques commentaire commentaires statut observaciones comentarios estado notas observacoes bemerkung bemerkungen kommentar"
    " criticality severity impact size class tier rank importance urgency weight likelihood implemented planned scope methods method attribute value timing frequence frequenz"
)
RESPONSIBLE = _set(
    "responsibility responsible resp owner owners ownership owned party accountable assignee holder"
    " responsabilite responsabilites responsable responsables responsabilidad responsabilidade responsavel verantwortlich verantwortung"
    " zustandig zustandigkeit propietario proprietaire responsabile"
)
PROSE = _set(
    "responsibilities duties responsibility obligations tasks does do provides role scope responsabilites obligations taches responsabilidades"
    " deberes tareas obligaciones tarefas pflichten aufgaben verantwortlichkeiten"
)
PARTY = _set(
    "client clients customer customers consumer tenant subscriber agency provider providers vendor vendors supplier msp mssp csp csc"
    " you us we your our user users internal external team it shared both joint microsoft azure aws amazon google red ibm oracle"
    " partner organization organisation company contractor third cliente clientes proveedor proveedores fornecedor provedor fournisseur"
    " prestataire kunde kunden anbieter dienstleister auftraggeber auftragnehmer lieferant leverancier klant cloud"
)
STATUS = _set(
    "status implemented partially planned alternative implementation applicable complete completed state estado statut enabled supported"
)
ROLE = _set("role roles party parties who team stakeholder stakeholders person group rol rolle quien qui partie papel equipe equipo")
LETTER = _set("raci rasci racis raciq letter letters lettre letra buchstabe rating involvement assignment")
LEGEND = _set(
    "legend key legende leyenda legenda definitions definition glossary abbreviations codes notes note nota notas remarque hinweis"
)
DITTO = {'"', "''", "〃", "ditto", "idem", "same", "same as above", "as above", "see above", "dito", "s o", "wie oben", "id"}

# The words a letter stands for; a heading or a cell may spell it.
LETTERS = {
    "R": "responsible responsibles responsable responsables responsavel responsaveis realise realiser realisateur realisation realiza"
    " executor ejecutor verantwortlich durchfuhrung doer performs perform responsabile",
    "A": "accountable approuve approuver approbateur approver approves aprobador aprovador autoridad autoridade autorite accountability"
    " rechenschaftspflichtig genehmigt imputable",
    "S": "support supports supporting supportive supported soutien soutient apoyo apoio soporte suporte unterstutzt unterstutzung",
    "C": "consulted consult consults consulte consulter consultes consultado consultados konsultiert consultato",
    "I": "informed inform informs informe informer informes informado informados informiert informato",
}
BRACKETED = re.compile(r"\(([RASCI])\)\s*$|^\(?([RASCI])\)?\s*[=:\u2010-\u2015-]\s")
SPELLED = {word: letter for letter, spellings in LETTERS.items() for word in spellings.split()}


def letter_of(heading: str) -> str:
    """Return the letter that a heading stands for: "R", "Responsible", "Responsável (R)", "A - Accountable"; empty for none."""
    if marked := BRACKETED.search(plain(heading)):
        return marked.group(1) or marked.group(2)
    found = words(heading)
    single = [one.upper() for one in found if one.upper() in LETTERS and len(one) == 1]
    spelled = {SPELLED[one] for one in found if one in SPELLED}
    others = [one for one in found if one not in SPELLED and one not in JOINING | ROLE and one.upper() not in LETTERS]
    if len(found) == 1 and single:
        return single[0]
    if others or len(spelled) != 1:
        return ""
    letter = spelled.pop()
    return single[0] if len(single) == 1 else letter


def made_of(heading: str, *groups: frozenset[str]) -> bool:
    """Say whether a heading has a word of these groups and no other word but joining ones."""
    found = [word for word in words(heading) if word not in JOINING]
    return bool(found) and all(any(word in group for group in groups) for word in found)


def has(heading: str, group: frozenset[str]) -> bool:
    """Say whether a heading has a word of the group."""
    return any(word in group for word in words(heading))

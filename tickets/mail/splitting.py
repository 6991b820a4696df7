"""What a person wrote now, what is quoted below or above it, and the signature: every line goes to exactly one of the three."""

# ruff: noqa: RUF001 - letters of other languages look like Latin ones

import re
from dataclasses import dataclass
from functools import lru_cache

LONG = 400  # characters of a line, or of a few put together, that may introduce a quote
MARK = re.compile(r"\s*(—|–|_{2,3})\s*$")
SHORT = 6  # lines of a signature behind a mark that is not the usual one
TALL = 15  # lines that a signature may have
LABELLED = 60  # characters within which a colon stands
KINDS = 3  # of who, when, to whom and about what, that begin an original
WRAPPED = 4  # lines over which an introduction may run

WROTE = re.compile(
    r"\b(wrote|writes|schrieb|schreef|geschreven|a écrit|écrit|escribió|ha scritto|escreveu|skrev|skrifaði|napisał\(?a?\)?|napisala?|napsala?|"
    r"написал\(?а?\)?|написала|пишет|писал\(?а?\)?|написав|kirjoitti|yazdı|şunu yazdı|írta|a scris|je napisao|je napisala|va escriure|έγραψε|kirjutas|rakstīja|"
    r"rašė|sent|pisze|đã viết|napísala?|написа|пише|menulis|ha escrit|scrisse|escribio|ecrit|skrev følgende|viết)\b|のメッセージ|書きました|さんは書|写道|寫道|님이 작성|作成:|כתב|كتب",
    re.IGNORECASE,
)
BEGINS = re.compile(
    r"^[\s>*_-]*(\w{1,4}[.,]{0,2}\s+\d|\d{1,2}\.?\s|on|at|am|le|el|il|em|op|den|de|dne|dňa|dana|vào|pada|στις|на|la|kl|dnia|w dniu|på|ons|tir|man|mon|tue|wed|thu|fri|sat|sun|în|pe|a|in|u|\d{1,4}[./年-]|"
    r"\w{3,14},\s+\d{1,2}\.?\s|[\"“<]?[^\s<>\"]{1,60}@|[^:]{1,80}<[^<>\s]{3,100}@[^<>\s]{3,100}>)",
    re.IGNORECASE,
)
NAMED = re.compile(r"\d{1,2}[:.]\d\d.{0,200}<\s?[^<>\s]{3,100}@[^<>\s]{3,100}>\s*[:：]$")  # a time, an address, and no verb
OWN = re.compile(
    r"\b(i|we|ich|wir|je|nous|ik|wij|jag|vi|jeg|yo|io|eu|я|мы)\b", re.IGNORECASE
)  # who tells what they wrote introduces nothing
CITES = re.compile(r"^.{0,100}<[^<>\s]{1,100}@[^<>\s]{3,100}>\s*[:：]$")  # somebody with an address, and a colon
DATED_BY = re.compile(r"^\d{2,4}[./-]\d{1,2}[./-]\d{1,4}\b.{0,120}<[^<>\s]{3,100}@[^<>\s]{3,100}>$")  # a date, an address, and nothing else
SHARED = re.compile(
    r"^(.*?\S)(?:\s+|-{2,4}\s*)(On (?:mon|tue|wed|thu|fri|sat|sun|\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[^<>]{5,120}\S+@\S+ wrote:)\s*$",
    re.IGNORECASE,
)
FORWARDED = re.compile(
    r"^\s*(?:[-_=*]{2,}\s*)?(begin forwarded message|(?:original |start of )?forwarded message|anfang der weitergeleiteten (?:e-?mail|nachricht)|weitergeleitete (?:nachricht|e-?mail)|"
    r"début du message (?:transféré|réexpédié)|message (?:transféré|réexpédié)|inicio del mensaje reenviado|mensaje reenviado|inizio messaggio inoltrato|messaggio inoltrato|"
    r"início da mensagem (?:re)?encaminhada|mensagem (?:re)?encaminhada|begin doorgestuurd bericht|doorgestuurd bericht|vidarebefordrat (?:brev|meddelande)|"
    r"videresendt (?:meddelelse|melding|besked)|(?:początek )?(?:przekazan\w+|przesłan\w+) wiadomoś\w+|treść przekazanej wiadomości|přeposlaná zpráva|přeposlaný e-?mail|"
    r"переслан\w+ (?:сообщени\w|письм\w)|пересылаемое сообщение|välitetty viesti|yönlendirilen ileti|továbbított üzenet|mesaj redirecționat|"
    r"転送(?:されたメッセージ|メッセージ)|转发的?(?:邮件|信息)|轉寄的?郵件|전달된 메시지)\s*(?:[:：]|[-_=*]{2,})\s*$",
    re.IGNORECASE,
)
ORIGINAL = re.compile(
    r"^\s*[-_=*]{2,}\s*(original(nachricht| message| appointment)?|reply message|ursprüngliche nachricht|message d['’]origine|message original|"
    r"mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|ursprungligt meddelande|oprindelig meddelelse|"
    r"opprinnelig melding|opprinnelig meddelelse|wiadomość oryginalna|oryginalna wiadomość|původní zpráva|исходное сообщение|"
    r"оригинальное сообщение|alkuperäinen viesti|orijinal mesaj|özgün ileti|eredeti üzenet|mesaj original|mesajul original|original meddelelse|"
    r"missatge original|pôvodná správa|αρχικό μήνυμα|元のメッセージ|原始邮件|原始郵件|원본 메시지)\s*[-_=*]{2,}\s*$",
    re.IGNORECASE,
)
ABOVE = re.compile(r"(reply|answer|respond|write|antwort\w*|répon\w+|responde\w*).{0,40}(above|oberhalb|über|au-dessus|encima).{0,20}(line|zeile|ligne|línea)", re.IGNORECASE)  # fmt: skip
REPLY_MARKS = re.compile(
    r"^\s*(?:\[[A-Za-z0-9]{1,3}-\d{1,9}\]|(?:re|aw|sv|antw|odp|vs|rif|ris|res|ynt|fw|fwd|wg|tr|rv|enc|vl|vb|pd|回复|答复|回覆|转发|답장)\s*(?:\[\d+\])?\s*[:：])\s*",
    re.IGNORECASE,
)
RULE = re.compile(r"^\s*[_\-=]{5,}\s*$")
FROM = "from|von|de|da|van|från|fra|od|от|від|lähettäjä|kimden|feladó|de la|expéditeur|absender|发件人|寄件者|差出人|보낸 사람|από|מאת|من"
DATED = (
    "sent|date|gesendet|datum|envoyé|envoyé le|enviado|enviado el|enviada em|enviado em|fecha|inviato|data|verzonden|skickat|sendt|dato|wysłano|"
    "odesláno|отправлено|дата|надіслано|lähetetty|päiväys|gönderildi|tarih|elküldve|dátum|trimis|发送时间|日期|寄件日期|送信日時|日時|日付|"
    "보낸 날짜|날짜|στάλθηκε|ημερομηνία|sendt den"
)
FOR = "to|an|à|a|para|per|aan|till|til|do|komu|кому|vastaanottaja|kime|címzett|către|pour|収件人|收件人|收件者|宛先|받는 사람|προς|cc|kopie|copie|copia"
ABOUT = "subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|temat|předmět|тема|aihe|konu|tárgy|subiect|件名|主题|主旨|제목|θέμα|נושא"
CERTAIN = re.compile(r"@|\b(19|20)\d\d\b|\d{1,2}[:.h]\d\d|\b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b|\d年")  # what programs always name
MOMENT = re.compile(r"\b(19|20)\d\d\b\D.{0,20}\d{1,2}\W{1,3}\d\d|\d{1,2}:\d\d.{0,20}\b(19|20)\d\d\b")
LABEL = re.compile(
    rf"^\s*[*_]*(?:(?P<sender>{FROM})|(?P<dated>{DATED})|(?P<for>{FOR})|(?P<about>{ABOUT}))\s*[*_]*\s*[:：][*_]*", re.IGNORECASE
)
FOOTER = re.compile(
    r"^\s*(?:[-_*<(\[]{0,3}\s*)(sent from (my|outlook|mail|yahoo|the|a |an |samsung|proton|windows|iphone|ipad|android|mailbird|gmail|blackberry)|"
    r"sent (with|via|using) |get outlook for|get bluemail|"
    r"von mein\S* .{1,40} gesendet|diese (mail|e-?mail) wurde (von|mit) |gesendet (von|mit) |diese nachricht wurde von mein|"
    r"envoyé (de|depuis|avec|à partir) |enviado (desde|do|da|de|a partir|pelo|con) |inviato (da|dal|con) |verzonden (met|vanaf|vanuit|via) |"
    r"verstuurd (met|vanaf|via) |skickat från |skickades från |sendt fra |sendt med |lähetetty |wysłan\w* (z|za pomocą) |odesláno z|odoslané z|"
    r"отправлено (с|из|от) |надіслано з|отправлено через|iphone['’]?dan gönderildi|\S+ gönderildi$|elküldve a? ?\S+ eszköz|"
    r"στάλθηκε από|נשלח מ|أ?ُ?رسلت? من|đã gửi từ|enviat des de|poslano z|saadetud |išsiųsta iš|nosūtīts no|изпратено от|trimis de pe|iphoneから送信|\S*から送信|发自我的|从我的|發自我的|傳送自|寄自|나의 \S+에서 보냄|내 \S+에서 보냄|"
    r"(télécharger|obtene[zr]|obtenir|descargar|obtener|obtén|scarica|ottieni|baixar|obter|hämta|hent|skaffa|pobierz|stáhnout|download|laden sie|installez|загрузить) outlook\b|"
    r"outlook (for|für|pour|voor|per|para|til|dla|para el) (ios|android|mac))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Split:
    """The three parts of a body."""

    text: str
    quoted: str
    signature: str


def split(body: str) -> Split:
    """Sort a body's lines; in no case is one left out or doubled."""
    lines = _unshared(body.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    quoted = _quoted(lines)
    signed = _signed(lines, quoted)
    return Split(
        _joined(line for line, cited, own in zip(lines, quoted, signed, strict=True) if not cited and not own),
        _joined(line for line, cited in zip(lines, quoted, strict=True) if cited),
        _joined(line for line, own in zip(lines, signed, strict=True) if own),
    )


def _unshared(lines: list[str]) -> list[str]:
    """Return lines, where an introduction that shares its line with an answer has one of its own."""
    apart: list[str] = []
    for at, line in enumerate(lines):
        cited = at + 1 < len(lines) and lines[at + 1].lstrip().startswith(">")
        found = SHARED.match(line) if cited and len(line) <= LONG and not line.lstrip().startswith(">") else None
        apart += [found[1], found[2]] if found else [line]
    return apart


def _joined(lines: object) -> str:
    return "\n".join(lines).strip("\n").rstrip()  # type: ignore[arg-type]


def _quoted(lines: list[str]) -> list[bool]:
    """Say of each line whether it is quoted; from a line that introduces an unmarked original on, all is."""
    marks = [line.lstrip().startswith(">") for line in lines]
    place = 0
    while place < len(lines):
        if marks[place]:
            place += 1
            continue
        if _starts(lines, place):
            return marks[:place] + [True] * (len(lines) - place)
        ends = _introduces(lines, place)
        if ends:
            following = next((at for at in range(ends, len(lines)) if lines[at].strip()), len(lines))
            if following < len(lines) and not marks[following]:
                if not CERTAIN.search(" ".join(lines[place:ends])):
                    place += 1
                    continue
                return marks[:place] + [True] * (len(lines) - place)
            marks[place:following] = [True] * (following - place)
            place = following
            continue
        place += 1
    return marks


def _starts(lines: list[str], place: int) -> bool:
    """Say whether from this line on everything is an original that carries no marks."""
    line = lines[place][:LONG]
    if not line.strip(" _-=*\t"):
        return bool(line.strip()) and _heads(lines, place)
    cut = ABOVE.search(line) and (
        _dashed(line) or any(one.strip() for one in lines[:place])
    )  # at the top of another system's mail it cuts off nothing
    return bool(ORIGINAL.match(line) or FORWARDED.match(line) or cut or (_dashed(line) and WROTE.search(line))) or _heads(lines, place)


def _dashed(line: str) -> bool:
    """Say whether words stand between dashes, such as "---- Ann wrote ----"."""
    line = line.strip()
    return len(line) <= LONG and line.startswith("--") and line.endswith("--") and bool(line.strip(" -"))


def _introduces(lines: list[str], place: int) -> int:
    """Return where an introduction such as "On Monday, Ann wrote:" ends that begins at this line; 0 for none."""
    if not lines[place].strip():
        return 0
    if not BEGINS.match(lines[place][:LONG]):
        return place + 1 if _cited_by(lines, place) else 0
    said = ""
    for end in range(place, min(place + WRAPPED, len(lines))):
        line = lines[end].strip()
        if not line or line.startswith(">") or len(said) + len(line) > LONG:
            break
        said = f"{said} {line}"
        last = said.rstrip("*_- >")
        if last.endswith((":", "：")) and (_tells(said) or NAMED.search(last)):
            return end + 1
    return place + 1 if _cited_by(lines, place) else 0


def _tells(said: str) -> bool:
    """Say whether words tell that somebody else wrote, and when or from which address."""
    found = WROTE.search(said)
    return bool(found and re.search(r"\d|@", said) and not OWN.search(said[max(0, found.start() - 12) : found.end() + 12]))


def _cited_by(lines: list[str], place: int) -> bool:
    """Say whether this line says who wrote what stands below with marks, in whatever words."""
    line = lines[place].strip()
    below = next((one for one in lines[place + 1 : place + 4] if one.strip()), "")
    if len(line) > LONG or not below.lstrip().startswith(">"):
        return False
    said = line.endswith((":", "：")) and (WROTE.search(line) or (re.search(r"\d", line) and "@" in line))
    return bool((said and not OWN.search(line)) or CITES.match(line) or DATED_BY.match(line))


def _heads(lines: list[str], place: int) -> bool:
    """Say whether an original begins here with lines as Outlook puts them: who, when, to whom, about what."""
    if RULE.match(lines[place][:LONG]) or _dashed(lines[place]):
        following = next((at for at in range(place + 1, min(place + 4, len(lines))) if lines[at].strip()), None)
        return following is not None and bool(_label(lines[following])) and _heads(lines, following)
    first = _label(lines[place])
    if not first:
        return False
    block = [lines[place], *lines[place + 1 : place + 9]]
    found = {match.lastgroup for line in block if (match := _label(line))}
    named = "about" in found or any(
        "@" in line[:LONG] or MOMENT.search(line[:LONG]) for line in block
    )  # a journey has From, To and Date as well
    apart = bool(first["sender"]) or len(found) > KINDS or _apart(lines, place)
    return "sender" in found and len(found) >= KINDS and named and apart


@lru_cache(maxsize=64)  # the same few lines are looked at from each line above them
def _label(line: str) -> re.Match[str] | None:
    """Return how a line of an original's head begins."""
    return LABEL.match(line[:LONG]) if ":" in line[:LABELLED] or "：" in line[:LABELLED] else None


def _apart(lines: list[str], place: int) -> bool:
    """Say whether a rule or an empty line, or nothing at all, stands above."""
    return place == 0 or not lines[place - 1].strip() or bool(RULE.match(lines[place - 1][:LONG]))


def _signed(lines: list[str], quoted: list[bool]) -> list[bool]:
    """Say of each line whether it belongs to the signature: the last lines of the writer's own, from a mark or a footer on."""
    own = [at for at, cited in enumerate(quoted) if not cited and lines[at].strip()]
    marks = [False] * len(lines)
    end = _end(lines, quoted, own)
    tail = [at for at in own if at <= end][-TALL - 1 :]
    begins = next((at for at in tail if lines[at].rstrip() == "--" or lines[at] == "-- "), None)
    if begins is None:
        begins = next((at for at in tail if FOOTER.match(lines[at][:LONG]) and _nothing_follows(lines, tail, at)), None)
        if begins is not None:  # what stands below an empty line was typed below the footer
            end = next((at - 1 for at in range(begins, end + 1) if not lines[at].strip()), end)
    if begins is None:
        begins = next((at for at in tail[-SHORT - 1 :] if MARK.match(lines[at])), None)
    if begins is None:
        return marks
    for at in range(begins, end + 1):
        marks[at] = not quoted[at]
    return marks


def _end(lines: list[str], quoted: list[bool], own: list[int]) -> int:
    """Return the last line of the writer's own that may be a signature: before a quote that follows, or at the end."""
    if not own:
        return -1
    cited = next((at for at, is_ in enumerate(quoted) if is_ and at > own[0]), None)
    before = [at for at in own if cited is not None and at < cited]
    if before and all(quoted[at] or not lines[at].strip() for at in range(before[-1] + 1, len(lines))):
        return before[-1]
    return own[-1]


def _nothing_follows(lines: list[str], tail: list[int], at: int) -> bool:
    """A footer of a phone is among the last lines, with a name or an address of the app at most behind it."""
    return len(lines[at]) <= 150 and sum(1 for other in tail if other > at) <= 3  # noqa: PLR2004

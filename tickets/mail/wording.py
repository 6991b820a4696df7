"""How mail systems and absent people word what nobody typed, in several languages."""

import re
from collections.abc import Sequence

FORWARDED = re.compile(
    r"^\s*(re|aw|sv|antw|odp|vs|ynt|fw|fwd|wg|tr|rv|i|enc|doorst|vl|vb|pd|转发|回复|rif|ris|r|res)\s*(\[\d+\])?\s*[:：]", re.IGNORECASE
)

BOUNCE_SUBJECT = re.compile(
    r"^\W*(\[\w+\]\s*)?("
    r"undeliver(ed|able)|delivery (status|failure|has failed|notification|report|unsuccessful|incomplete|delayed)|delivery failed|"
    r"(e-?)?mail (delivery|failure|system error|could not be|not delivered|undeliverable|rejected)|mail delivery|"
    r"message (delivery|undeliverable|could not be|not delivered|status|rejected|blocked)|returned (mail|e-?mail|to sender|message)|"
    r"failure (notice|notification|delivery)|failed (mail|delivery|message)|non-?deliver(y|able|ed)|notice: mail delivery|postmaster notify|"
    r"warning: (could not send|message)|your (message|mail|e-?mail) .{0,40}(could not|was not|has been (blocked|rejected))|"
    r"sorry,? your message|unable to deliver|could not (deliver|be delivered)|bounced? (mail|message)|rejected (mail|message)|"
    r"unzustellbar|nicht zustellbar|zustellung|mail konnte nicht|rückläufer|non remis|non délivré|échec de (la )?(remise|livraison)|"
    r"no se puede entregar|no entregado|error de entrega|devolución|impossibile (recapitare|consegnare)|mancat[ao] (recapito|consegna)|"
    r"não (entregue|foi possível)|falha na entrega|onbestelbaar|niet bestelbaar|kunde inte levereras|oleveranskabelt|kan ikke leveres|"
    r"nie można dostarczyć|niedostarczon|nedoručiteln|недостав|не доставлен|сообщение не|ваше сообщение не|kézbesíthetetlen|teslim edilemedi|"
    r"配信|メッセージを配信|送信できません|无法(投递|送达|传递)|退信|系统退信|傳遞失敗|배달 못함|반송"
    r")",
    re.IGNORECASE,
)
# what only a mail system says of itself
BOUNCE_ITSELF = re.compile(
    r"(this message was created automatically by (the )?(mail|smtp)|this is the (mail|postfix|sendmail|exim|\S+ mail) (system|delivery|program|agent|server)|"
    r"^hi\. this is the |this is the \S+ mail agent|(i'm|i am|we are) sorry to have to inform you (that )?(your message|the mail)|"
    r"this is an automatically generated delivery status notification|^this report relates to a message you sent|"
    r"the original message was received at .{5,80}|^-{3,} (the following addresses had|failure reasons)|^your message did not reach (some|any|the)|"
    r"delivery (to the following|has failed to these) (recipients?|recipients or|address)|diese nachricht wurde automatisch von .{0,20}mail|"
    r"^this is an automatically generated e?-?mail.{0,40}(undeliver|deliver)|これはメール(配信|送信)|[sS]ystem error has occurred.{0,30}mail)",
    re.IGNORECASE,
)
BOUNCE_OPENING = re.compile(
    r"^\W*((the|your|this) (following )?(message|mail|e-?mail|addresse?s?|recipients?).{0,60}(not |un|fail|reject|return|block|deliver|refused)|"
    r"(could|can)( ?not|n't) (be )?deliver|(unable|failed|failure) to (be )?deliver|(delivery|message) (of|to|for|has|was) .{0,60}fail|"
    r"(a|the) (message|mail) (that )?(you sent|from).{0,80}(could|can|was|has|un|fail)|"
    r"message (could|cannot|was not|undeliverable)|your mail (sent on|attempted to)|error message below|error: (invalid|unknown|no such)|"
    r"(sorry|unfortunately)[, ].{0,40}(deliver|message|mail)|there was an error deliver|the following (recipients?|address(es)?)\b|"
    r"delivery (failed|failure|error|is delayed|status)|could not be delivered because|(user|recipient|mailbox|address) (unknown|not found|unavailable)|"
    r"ihre (nachricht|e-?mail).{0,60}nicht|die (nachricht|e-?mail).{0,60}(nicht|zugestellt)|votre (message|courriel).{0,60}(pas|impossible)|"
    r"su (mensaje|correo).{0,60}no |il (tuo )?messaggio.{0,60}non |ваше (сообщение|письмо).{0,60}не |このメール|以下の(メール|アドレス|宛先)|送信先)",
    re.IGNORECASE,
)
REFUSAL = re.compile(
    r"(\b[45]\d\d[ -]#?[45]\.\d{1,3}\.\d{1,3}\b|\b55[0-4][ -]\S|\b(user|recipient|mailbox|account|host|domain)('s)? (is )?(unknown|not found|unavailable|full|disabled|over quota)|"
    r"unknown (user|recipient|host|domain)|no such (user|mailbox|recipient|person)|quota exceeded|does( not|n't) exist|"
    r"address (rejected|not found)|relay(ing)? (access )?denied|smtp error|remote (server|host) (said|returned)|reporting-mta|final-recipient)",
    re.IGNORECASE,
)

# a subject that mail programs write before the other's subject, never people
AUTOMATIC_SUBJECT = re.compile(
    r"^\s*(\[?auto(matic)?[- ]?(reply|response|repl|répondre)\]?|auto:|automatic reply|automated (reply|response)|automatische (antwort|rückantwort)|automatisch antwoord|"
    r"réponse automatique|respuesta automática|risposta automatica|resposta automática|automatiskt svar|automatisk svar|autosvar|"
    r"automaattinen vastaus|automatická odpověď|automatyczna odpowiedź|odpowiedź automatyczna|автоматический ответ|автоответ|"
    r"автоматична відповідь|automatikus válasz|otomatik yanıt|răspuns automat|automatski odgovor|resposta automàtica|automatický odpoveď|"
    r"αυτόματη απάντηση|תשובה אוטומטית|رد تلقائي|自動応答|自動返信|自动回复|自动答复|自動回覆|자동 회신|자동 응답|samodejni odgovor|"
    r"automaatvastus|automātiska atbilde|automatinis atsakymas)\s*([:：]|-\s|\s-|$|\()",
    re.IGNORECASE,
)
ABSENT_SUBJECT = re.compile(
    r"^\W*((i am |i'm |currently )?(out of (the )?office|ooo\b|out[- ]of[- ]office)|away (from|until|for|till)|on (vacation|holiday|leave|annual leave)|"
    r"vacation (notice|reply|message|response|until)|absence|i am (away|on)|i'm (away|on)|not in (the )?office|"
    r"abwesen|urlaub|nicht im büro|außer haus|out of office|absence du bureau|absent|message d['’]absence|en (congé|vacances)|"
    r"fuera de (la )?oficina|ausen|ausên|de vacaciones|fuori (ufficio|sede)|assen[tz]|in ferie|fora do escritório|férias|afwezig|niet aanwezig|"
    r"frånvar|fravær|ikke på kontoret|inte på kontoret|semester|ferie|poissa|lomalla|nieobecn|urlop|poza biurem|mimo kancelář|nepřítom|dovolen|"
    r"нет на месте|в отпуске|отсутств|вне офиса|házon kívül|szabadság|ofis dışında|izin|în afara biroului|concediu|εκτός γραφείου|"
    r"不在|休暇|外出|不在办公室|休假|부재|휴가|autoreply|auto-reply|automatic reply|automatische antwort)",
    re.IGNORECASE,
)
# somebody is away now, in the words of such notes
AWAY = re.compile(
    r"(i('m| am| will be)( currently| presently)? (out of (the )?office|away (from|until|on|till)|on (annual |sick |maternity |parental |paternity )?(leave|vacation|holidays?)|"
    r"not in the office|travelling|traveling|unavailable|out of office)|i (am|will be) (back|return)|"
    r"(currently|temporarily) (out of (the )?office|away|unavailable)|limited access to (my )?e-?mail|out of (the )?office (until|from|and|with|through)|"
    r"ich bin .{0,60}(nicht im (büro|haus|dienst)|abwesend|außer haus|im urlaub|nicht (erreichbar|verfügbar|anwesend)|wieder (für sie )?(da|erreichbar|im büro|zurück))|"
    r"(derzeit|momentan|zurzeit|zur zeit) (nicht|abwesend)|nicht weitergeleitet|"
    r"je (suis|serai) .{0,40}(absent|en congé|en vacances|hors du bureau|de retour)|(actuellement|momentanément) absent|"
    r"(estoy|estaré|me encuentro|me encontraré) .{0,40}(fuera|ausente|de vacaciones)|(sono|sarò) .{0,40}(fuori (ufficio|sede)|assente|in ferie|di ritorno)|"
    r"(estou|estarei) .{0,40}(fora|ausente|de férias)|ik ben .{0,60}(afwezig|niet (aanwezig|bereikbaar|op kantoor)|op vakantie|weer (bereikbaar|aanwezig)|met verlof)|"
    r"jag är .{0,40}(frånvarande|inte på kontoret|på semester|ledig|borta)|jeg er .{0,40}(ikke på kontoret|på ferie|fraværende|ikke til stede)|"
    r"olen .{0,40}(poissa|lomalla|tavoitettavissa)|(jestem|będę|przebywam) .{0,40}(nieobecn|poza biurem|na urlopie|urlopie)|"
    r"(jsem|budu) .{0,40}(mimo|na dovolené|nepřítom)|(я|нахожусь|буду) .{0,40}(в отпуске|отсутств|вне офиса|не в офисе)|"
    r"(szabadságon|házon kívül) (vagyok|leszek)|ofis(te)? (dışında|değil)|izindeyim|不在にし|休暇(中|を)|留守に|不在办公室|正在休假|부재중|휴가)",
    re.IGNORECASE,
)
SAYS_AUTOMATIC = re.compile(
    r"^\W*(this is an? (auto|automatic(ally)?|automated)[- ]?(generated |generated e-?mail )?(reply|response|answer|message|e-?mail|notification)|"
    r"(this|the following) (message|e-?mail|reply|response) (is|was|has been) (an )?(automatic|automatically (generated|sent)|automated)|"
    r"(dies ist|das ist) eine automatische? |diese (nachricht|e-?mail|mail) wurde automatisch|automatische (antwort|nachricht|abwesenheits)|"
    r"(ceci est|il s'agit d)['’ ]?(une?)? (réponse|message|courriel) automatique|ce message (est|a été) (envoyé |généré )?automatique|"
    r"(este|esta|ésta) (es|é) uma? (respuesta|resposta|mensaje|mensagem) autom|questo è un messaggio automatico|questa è una risposta automatica|"
    r"dit is een automatisch|det här är ett automatiskt|dette er (et|en) automatisk|tämä on automaattinen|to jest automatyczna|toto je automatick|"
    r"это автоматическ|ez egy automatikus|bu otomatik|このメールは自動|これは自動|自動返信|这是一封自动|此为自动|此邮件为自动|자동 (회신|응답))",
    re.IGNORECASE,
)


def forwarded(subject: str) -> bool:
    """Say whether a subject begins as answers and forwarded mail do: then a person writes about it."""
    return bool(FORWARDED.match(subject))


def bounce_subject(subject: str) -> bool:
    return bool(BOUNCE_SUBJECT.match(subject[:200]))


def bounce_itself(lines: Sequence[str]) -> bool:
    """Say whether a mail system speaks of itself in the first lines."""
    return any(BOUNCE_ITSELF.search(line[:300]) for line in (*lines[:4], " ".join(lines[:3])))


def bounce_opening(lines: Sequence[str]) -> bool:
    """Say whether the first lines tell that a mail was not delivered, and say it to nobody by name."""
    return not _greets(lines) and any(BOUNCE_OPENING.search(line[:300]) for line in (*lines[:6], " ".join(lines[:3])))


def refusal(lines: Sequence[str]) -> bool:
    """Say whether a mail server's refusal is quoted."""
    return any(REFUSAL.search(line[:300]) for line in lines)


def automatic_subject(subject: str) -> bool:
    return bool(AUTOMATIC_SUBJECT.match(subject[:200]))


def absent_subject(subject: str) -> bool:
    return bool(ABSENT_SUBJECT.match(subject[:200])) or automatic_subject(subject)


def absent(text: str) -> bool:
    """Say whether a text tells that its writer is away."""
    return bool(AWAY.search(" ".join(text[:1500].split())))


def says_automatic(text: str) -> bool:
    """Say whether the text begins or ends by saying that nobody typed it."""
    own = [line.strip() for line in text.split("\n") if line.strip()]
    return (
        any(SAYS_AUTOMATIC.match(line[:300]) for line in (*own[:2], *own[-2:]) if len(own) <= 25)
        and (  # noqa: PLR2004 - such notes are short
            absent(text) or any(SAYS_AUTOMATIC.match(line[:300]) for line in own[:1])
        )
    )


def _greets(lines: Sequence[str]) -> bool:
    """People greet those they write to about their trouble; mail systems hardly ever do."""
    return any(
        re.match(
            r"(hi|hello|dear|hey|good (morning|afternoon|day)|hallo|guten|liebe|sehr geehrte|bonjour|hola|ciao|buongiorno|olá|hej|team|help)\b(?!\. this is)",
            line,
            re.IGNORECASE,
        )
        for line in lines[:2]
    )

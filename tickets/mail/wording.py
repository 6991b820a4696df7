"""How mail systems and absent people word what nobody typed, in several languages."""

# ruff: noqa: RUF001 - letters of other languages look like Latin ones

import re
from collections.abc import Sequence

NOTE = 25  # lines of a note of absence at most

FORWARDED = re.compile(
    r"^\s*(re|aw|sv|antw|odp|vs|ynt|fw|fwd|wg|tr|rv|i|enc|doorst|vl|vb|pd|转发|回复|rif|ris|r|res)\s*(\[\d+\])?\s*[:：]", re.IGNORECASE
)

BOUNCE_SUBJECT = re.compile(
    r"^\W*(\[\w+\]\s*)?("
    r"undeliver(ed|able)|message you sent (was |has been )?(blocked|rejected|refused)|nd[nr]:|considered unsolicited|(virus|spam|banned \w+) (was )?(found|detected|in) |"
    r"delivery (status|failure|has failed|notification|report|unsuccessful|incomplete|delayed)|delivery failed|"
    r"(e-?)?mail (delivery|failure|system error|could not be|not delivered|undeliverable|rejected)|mail delivery|"
    r"message (delivery|undeliverable|could not be|not delivered|status|rejected|blocked)|returned (mail|e-?mail|to sender|message)|"
    r"failure (notice|notification|delivery)|failed (mail|delivery|message)|non-?deliver(y|able|ed)|notice: mail delivery|postmaster notify|"
    r"warning: (could not send|message)|your (message|mail|e-?mail) .{0,40}(could not|was not|has been (blocked|rejected))|"
    r"sorry,? your message|unable to deliver|could not (deliver|be delivered)|bounced? (mail|message)|rejected (mail|message)|"
    r"unzustellbar|nicht zustellbar|zustellung|non recapitabile|não é possível entregar|kan inte levereras|nelze doručit|ei voi(tu|da)? toimittaa|nu (se )?poate livra|δεν .{0,20}παράδοση|mail konnte nicht|rückläufer|non remis|non délivré|échec de (la )?(remise|livraison)|"
    r"no se puede entregar|no entregado|error de entrega|devolución|impossibile (recapitare|consegnare)|mancat[ao] (recapito|consegna)|"
    r"não (entregue|foi possível)|falha na entrega|onbestelbaar|niet bestelbaar|kunde inte levereras|oleveranskabelt|kan ikke leveres|"
    r"nie można dostarczyć|niedostarczon|nedoručiteln|недостав|не доставлен|сообщение не|ваше сообщение не|kézbesíthetetlen|teslim edilemedi|"
    r"配信|メッセージを配信|送信できません|无法(投递|送达|传递)|退信|系统退信|傳遞失敗|배달 못함|반송"
    r")",
    re.IGNORECASE,
)
# what only a mail system says of itself
BOUNCE_ITSELF = re.compile(
    r"(this message was created automatically by (the )?(mail|smtp)|this is the (mailer-?daemon\b|(mail|postfix|sendmail|exim|\S+ mail) (system|delivery|program|agent|server))|"
    r"^hi\. this is the |this is the \S+ mail agent|(i'm|i am|we are) sorry to have to inform you (that )?(your message|the mail)|"
    r"this is an automatically generated delivery status notification|^this report relates to a message you sent|"
    r"this is the .{1,60} program at host|^hi\. the \S+ program at |i'm afraid i wasn't able to deliver|^this is the (e-?mail|mail) server (at|of)|"
    r"^\W*(message|mail) (log|not delivered to the following)\b|^\W*(failed (recipients|addresses( follow)?)|transcript of session follows|returned mail follows)\W*$|"
    r"^content-type: (message/delivery-status|multipart/report)|^content-description: (notification|undelivered message|delivery report)|"
    r"^diagnostic information for administrators|^generating server:|^reporting-mta:|"
    r"an error occurred while trying to deliver the mail to the following|the following mail has been returned because|"
    r"это письмо создано автоматически сервером|^an? (error|problem) was detected while processing the enclosed message|"
    r"this is a warning message only|fehler bei der zustellung an (folgende|diese)|échec de la remise à (ces|ce)|error de entrega a est|no se pudo entregar a est|recapito non riuscito per |"
    r"falha na entrega (a|para) est|bezorging bij deze|leverans(en)? till (dessa|följande|den här)|levering til disse|dostarczenie do (tych|następujących)|doručení (následujícím|těmto)|"
    r"не удалось выполнить доставку|次の受信者またはグループ|传递到以下收件人|傳遞至下列收件者|다음 받는 사람|"
    r"couldn['’]t deliver the message to the following recipients|^we're writing to let you know that the group you tried to contact|"
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
# what such a mail tells within its first lines; only beside a second sign of one
BOUNCE_FACT = re.compile(
    r"(did not reach the following recipient|(was|were|has|have)( not| ?n['’]t) (be |been )?delivered(\W*$|[.:!]| (to\b|because|for))|was blocked by (our|the|a) |(was|were) considered (unsolicited|spam)|had trouble delivering your|delivery of the (e-?mail|message) was stopped|^\W*was not delivered to:|"
    r"delivery has failed to|^\W*(undeliverable|failed) (address|recipients?)\b|^\W*(intended|final|original)[- ]recipients?:|"
    r"^\W*(unknown user|unknown recipient|invalid final delivery userid|user mailbox exceeds|undeliverable to|no such user|user unknown)\W+.{0,20}\S+@|"
    r"^\W*original message follows|^\W*transcript of session|attempted to send to|^\W*(your message|your mail)\W*$|no message collected|"
    r"(has been|was) (postponed|delayed|rejected|returned|blocked|held|quarantined|bounced)|will (continue|keep) (trying|to try)|will (be )?retr(y|ied)|temporary problem delivering|"
    r"\S+@\S+ - no such user|failed permanently|permanent(ly)? (error|fail)|temporarily (deferred|fail)|because the (remote )?(server|host)|"
    r"could ?n[o'’]?t be (delivered|found|reached|sent)|cannot be delivered|unable to deliver|mailbox (is )?full|over (its )?quota|"
    r"fehler bei der zustellung|konnte nicht (zugestellt|übermittelt|ausgeliefert|gesendet)|nicht zugestellt werden|wurde nicht zugestellt|unzustellbar|"
    r"échec de la remise|n['’](a|ont) (pas )?(pu|été) .{0,20}(remis|délivr|distribu|livr)|n['’]a pas pu [eê]tre|adresse introuvable|"
    r"(no se (pudo|ha podido)|error de) (entreg|recib)|entrega .{0,40}(falló|fallida|fracas)|no se ha (encontrado|entregado)|dirección no encontrada|"
    r"recapito non riuscito|non è stato (possibile|recapitato|consegnato)|indirizzo non trovato|"
    r"falha na entrega|não (foi|pôde|pode) (possível )?(ser )?entreg|endereço não encontrado|"
    r"bezorging .{0,60}mislukt|(kon|kan) niet worden (bezorgd|afgeleverd)|is niet (bezorgd|afgeleverd)|adres niet gevonden|"
    r"leverans(en)? .{0,60}(misslyckades|kunde inte)|kunde inte levereras|kunne ikke leveres|levering .{0,60}mislykkedes|toimitus .{0,60}epäonnistui|ei voitu toimittaa|"
    r"(dostarczenie|doręczenie) .{0,80}nie powiodło|nie (może|mogła|można|została?) .{0,20}dostarcz|doručení .{0,60}(nezdařilo|selhalo)|nelze doručit|nebylo možné doručit|"
    r"не удалось (выполнить доставку|доставить)|не может быть доставлен|не (было|были) доставлен|адрес не найден|kézbesítése .{0,40}(sikertelen|nem sikerült)|nem kézbesíthető|"
    r"teslim edilemedi|iletilemedi|配信(に失敗|できません|されません)|配信不能|届けられません|送信できません|見つかりません|存在しない|"
    r"无法(投递|送达|发送|传递)|未能(送达|投递|传递)|投递失败|退回|無法(傳送|傳遞|投遞)|전달(되지|할 수 없)|배달(되지|할 수 없))",
    re.IGNORECASE,
)
REFUSAL = re.compile(
    r"(\b[45]\d\d[ -]#?[45]\.\d{1,3}\.\d{1,3}\b|\b55[0-4][ -]\S|\b(user|recipient|mailbox|account|host|domain)('s)? (is )?(unknown|not found|unavailable|full|disabled|over quota)|"
    r"unknown (user|recipient|host|domain)|no such (user|mailbox|recipient|person)|quota exceeded|does( not|n't) exist|"
    r"address (rejected|not found)|relay(ing)? (access )?denied|smtp error|remote (server|host) (said|returned)|reporting-mta|final-recipient)",
    re.IGNORECASE,
)

ABOUT_MAIL = re.compile(
    r"\S@\S|\b(e-?mails?|mails?|messages?|recipients?|postmaster|smtp|nachricht|courriel|mensaje|messaggio|mensagem|bericht|meddelande|besked|viesti|wiadomoś|zpráv|üzenet)|"
    r"сообщени|письм|メール|宛先|邮件|郵件|메일",
    re.IGNORECASE,
)
DELAYED = re.compile(
    r"(\bdelay(ed)?\b|^\W*warning\b|will (continue|keep) (trying|to try|attempting)|still being retried|will (be )?retr(y|ied)|temporar(y|ily)|postponed|deferred|not (yet|been) delivered yet|"
    r"do not need to resend|advisory|has not yet|noch nicht|verzögert|vorübergehend|retardé|pas encore|todavía|aún no|non ancora|in ritardo|ainda não|vertraag|nog niet|försena|forsinke|opóźnion|zpožděn|задерж|遅延|延迟)",
    re.IGNORECASE,
)
DELIVERY_FAILED = re.compile(
    r"(\((delivery|mail) (failed|failure)\)|mail (error|failed)|\bfailed mail\b|processing error|user unknown!?$|: ?non remis\b|nameserver error report|"
    r"^(returned mail|mail delivery)\b.{0,10}(error|warning|failure|failed)|^undeliverable\b.*@)",
    re.IGNORECASE,
)
DAEMON_ITSELF = re.compile(
    r"\W*this is (the|an?) (\S+ ){0,4}(mailer-?daemon|(e-?mail|mail) (server|system|gateway|delivery))", re.IGNORECASE
)
PERSONAL = re.compile(
    r"(\b(i|we) (\w+ )?(get|got|sent|send|mailed|wrote|receive[ds]?|keep|tried|try|cannot|can['’]?t|have (been )?(getting|tried|received)|wonder|think|need|forward)\b|\bwhat (is|does|can|shall|should)\b|"
    r"\bmy (mail|message|e-?mail|mailbox|outlook|customer|client|boss)|\b(see|look) below\b|please (help|check|see|look|advise|fix|have)\b(?! (the (above|address|e-?mail|recipient)|to be sure|that))|can (you|someone|anybody)\b|"
    r"\b(came|comes|bounced) back\b|\bfyi\b|\b(ich|wir) (bekomme|erhalte|habe|kann|können|haben)|siehe unten|s\.u\.|\bbitte (prüfen|hilf|helfen|um hilfe|schau)|\bmeine? (mail|nachricht|e-?mail)|"
    r"\b(j['’]ai|nous avons|je (reçois|ne peux))\b|voir ci-dessous|\bmon (message|mail|courriel)|\b(recibo|he recibido|mi (correo|mensaje))\b|\bil mio\b|\?\s*$)",
    re.IGNORECASE,
)
ASKS = re.compile(
    r"\b(bitte (leiten|richten|stellen|sperren|aktivieren|deaktivieren|geben|setzen|ändern|löschen|prüfen|schalten|tragen|kommen)|(können|könnten|könnt) (sie|ihr)|kannst du|wie (kann|richte|trage|stelle|schalte)|"
    r"(please|pls) (redirect|disable|enable|give|set|reset|add|remove|change|delete|install|unlock|grant|block|come|fix|help|check|show|tell|turn)|(can|could|would) (you|someone|anybody)|how (do|can|to)\b|"
    r"pouvez[- ]vous|peux[- ]tu|comment (faire|puis)|merci de (bien vouloir )?(transférer|rediriger|activer|désactiver|donner|configurer)|(puede|pueden|podría)n? |cómo (puedo|se)|"
    r"(può|potete|potrebbe) |come (posso|si)|(pode|poderia)m? |como (posso|faço)|(kunt|kun|kan) (u|je|jullie) |hoe (kan|stel)|kan (ni|du|i) |hvordan|hur (gör|kan)|"
    r"prosz[ęe] o (przekierowanie|ustawienie|włączenie|wyłączenie|dodanie|usunięcie|dostęp|reset|zmianę)|czy mo(że|żecie|głby|żna)|(açabilir|kapatabilir|yapabilir|ayarlayabilir|yönlendirebilir) mi)|"
    r"(設定|転送|変更|追加|削除|有効|無効|発行|リセット|作成|解除)\S{0,6}(お願い|下さい|ください|いただけ|もらえ)|(能否|能不能|请帮|请(设置|转发|开通|重置|删除|添加))",
    re.IGNORECASE,
)
RECEIPT_SUBJECT = re.compile(
    r"^\s*(read|not read|gelesen|ungelesen|lu|non lu|leído|no leído|letto|non letto|lida|lido|não lida|gelezen|ongelezen|läst|oläst|lest|ulest|læst|ulæst|luettu|"
    r"przeczytano|přečteno|прочитано|прочтено|elolvasva|okundu|citit|開封済み|已读|已讀|읽음|delivered|zugestellt|übermittelt|remis|distribué|entregado|entregue|consegnato|recapitato|"
    r"afgeleverd|bezorgd|levererat|leveret|levert|toimitettu|dostarczono|доставлено|配信済み|relayed|weitergeleitet|return receipt( \(\w+\))?|read receipt|delivery receipt|"
    r"lesebestätigung|empfangsbestätigung|accusé de (lecture|réception)|confirmation de lecture|acuse de (recibo|lectura)|confirmación de lectura|conferma di lettura|ricevuta di ritorno|"
    r"confirmação de leitura|recibo de leitura|leesbevestiging|läskvitto|læsekvittering|lesebekreftelse|potwierdzenie (odczytania|przeczytania)|potvrzení o přečtení|"
    r"подтверждение о прочтении|уведомление о прочтении|開封確認|已读回执)\s*([:：]|\s-\s|$)",
    re.IGNORECASE,
)
RECEIPT = re.compile(
    r"(this is an? (return |read |delivery )?receipt for the (mail|message|e-?mail)|\b(your|the) (message|mail|e-?mail) .{0,200}(was|has been) .{0,60}(read|opened|displayed|deleted|delivered|relayed)|"
    r"(empfangsbestätigung|lesebestätigung) .{0,40}(nachricht|mail)|(accusé de|confirmation de) (lecture|réception) (du|de votre|pour)|acuse de (recibo|lectura) (de|del)|"
    r"(ricevuta di ritorno|conferma di lettura) (per|del)|recibo de leitura (da|de)|leesbevestiging (voor|van)|przeczytana|прочитано|прочтено|開封され|已被阅读|"
    r"^\W*(your (message|mail)|ihre nachricht|votre message|(su|el) mensaje|il (suo |tuo )?messaggio|a (sua )?mensagem|(uw|het) bericht|meddelandet|ditt meddelande|meddelelsen|din meddelelse|"
    r"wiadomość|zpráva|ваше сообщение|сообщение)\W*$)",
    re.IGNORECASE,
)
COMPLAINT_SUBJECT = re.compile(
    r"^\W*(complaint about message from|(\w+ )?abuse report|e-?mail (feedback|abuse) report|spam report|feedback report|.{0,30}\bfeedback loop\b)",
    re.IGNORECASE,
)
COMPLAINT = re.compile(
    r"\b(e-?mail abuse report|abuse report) for an (e-?mail )?message|this is an? (e-?mail )?(abuse|spam|junk)( mail)? (report|complaint)|authentication failure report for an e-?mail|auto-?generated e-?mail abuse complaint|^feedback-type:",
    re.IGNORECASE,
)
# what ticket systems and forms answer at once
ACKNOWLEDGING_SUBJECT = re.compile(
    r"(^\W*(thank(s| you) for (your (e-?mail|mail|message|enquiry|inquiry|request|interest|order|feedback)|contacting|getting in touch|reaching out|writing)|"
    r"(vielen )?dank für ihre (nachricht|anfrage|e-?mail|mail)|ihre (anfrage|nachricht|e-?mail|mail)\b|eingangsbestätigung|merci (de|pour) votre|"
    r"(nous avons bien reçu )?votre (demande|message)|gracias por (su|tu|contactar)|hemos recibido|grazie per|obrigad[oa] (por|pelo)|bedankt voor uw|wij hebben uw|ontvangstbevestiging|"
    r"tack för ditt|tak for din|takk for|dziękujemy za|accusé de réception)|"
    r"we('ve| have)? (have )?received your|request received|(your )?(ticket|case|request|enquiry|inquiry|support request|incident) .{0,40}(received|created|opened|logged|registered|submitted|acknowledge)|"
    r"(new|support) (ticket|case) (created|opened)|acknowledge?ment|(ticket|case|request|fall|anfrage)\s*(id|nr\.?|no\.?|number|#)?\s*[:#]?\s*\d{3,})",
    re.IGNORECASE,
)
ACKNOWLEDGES = re.compile(
    r"(thank(s| you) for (you |your |contacting|getting in touch|reaching out|writing)|(has|have) (been )?(successfully )?received (your|and)|we('ve| have)? (have )?received (your|the)|"
    r"your (ticket|case|request|message|e-?mail|enquiry|inquiry|support request|incident|follow-?up|reply|comment).{0,60}(has been|was|is) (successfully )?(received|created|opened|logged|registered|submitted|assigned)|"
    r"a (new )?(support )?(ticket|case|request) .{0,40}(has been|was) (created|opened|logged)|(vielen )?dank für ihre (nachricht|anfrage|e-?mail|mail)|"
    r"(ihre|deine) (anfrage|nachricht|e-?mail|mail|meldung) .{0,80}(erhalten|eingegangen|erfasst|registriert)|(haben|habe) ihre .{0,30}(erhalten|bekommen)|"
    r"(nous avons|avons) bien reçu|votre (demande|message|ticket) a (bien )?été (reçue?|enregistrée?|créée?)|hemos recibido su|su (solicitud|mensaje|ticket) ha sido|"
    r"abbiamo ricevuto|la (sua|tua) richiesta è stata|recebemos (o|a) (seu|sua)|(we|wij) hebben (uw|je) .{0,40}ontvangen|uw .{0,40}(is|werd) ontvangen|vi har (mottagit|modtaget|mottatt)|"
    r"otrzymaliśmy|dziękujemy za (wiadomość|zgłoszenie|kontakt)|ваш[ае] (запрос|заявка|обращение|сообщение) .{0,40}(получен|принят|зарегистрирован)|"
    r"(talebiniz|başvurunuz|bildiriminiz|mesajınız|e-?postanız) (alınmış|alındı|bize ulaş|oluşturul|kaydedil)|köszönjük .{0,30}(megkeres|üzenet)|váš (požadavek|dotaz) .{0,20}(přija|zaevid)|"
    r"お問い合わせ(いただき|を受け付け|ありがとう)|受け付け(いた|ました)|已(收到|受理)|收到您的)",
    re.IGNORECASE,
)
PROMISES = re.compile(
    r"(will (get back|respond|reply|contact|follow|be in touch|endeavou?r|review|look into|answer)|within \d+ |as soon as (possible|we can)|being (reviewed|processed)|shortly\b|"
    r"(ticket|case|reference|request|tracking)[- ]?(id|number|no\b)|(ticket|vorgangs|fall|bearbeitungs|referenz)[- ]?nummer|unter der nummer|(ticket|case) #|has been (created|opened|logged|assigned|registered)|"
    r"melden uns|(schnellstmöglich|so schnell wie möglich|umgehend|in kürze|baldmöglichst)|wird .{0,40}bearbeitet|meilleurs délais|plus brefs délais|sous \d+|lo antes posible|a la brevedad|"
    r"(il|quanto) prima (possibile)?|al più presto|(assim que|o mais breve) possível|brevemente|zo (snel|spoedig) mogelijk|så (snart|hurtigt) (som )?(möjligt|muligt|mulig)|"
    r"(jak najszybciej|wkrótce)|ближайшее время|折り返し|尽快)",
    re.IGNORECASE,
)
UNANSWERABLE = re.compile(
    r"(do not (reply|respond) to this|don['’]t (reply|respond) to this|(this|the) (is an? )?(message|e-?mail|mail)? ?(is |was |has been )?(an )?auto(mated|matic|matically generated)|automatic(ally)? (generated|reply|sent|response|confirmation)|automated (message|response|reply|e-?mail|confirmation)|"
    r"mailbox is not monitored|unmonitored|(antworten sie (bitte )?nicht|nicht auf diese (mail|e-?mail|nachricht))|automatisch (generiert|erstellt|versandt|erzeugt)|automatische (antwort|bestätigung|eingangs)|"
    r"ne (pas )?répond(re|ez) (pas )?à ce|message automatique|no responda a este|mensaje automático|non rispond\w+ a (questa|questo)|messaggio automatico|não responda|mensagem automática|"
    r"niet (te )?(beantwoorden|antwoorden)|automatisch (gegenereerd|verstuurd)|svara inte|svar ikke|nie odpowiada|wiadomość (została )?wygenerowana automatycznie|не отвечайте|lütfen (bu e-?postayı )?yanıtlamayın|otomatik olarak (gönderil|oluşturul)|自動送信|自動返信|自动发送|请勿回复)",
    re.IGNORECASE,
)
AUTOMATIC_ENDING = re.compile(
    r"[\[(](auto(matic|mated)?[- ]?(response|reply|answer)|out of office|vacation|automatische antwort|abwesenheit\w*|réponse automatique|respuesta automática|risposta automatica|"
    r"resposta automática|automatisch antwoord|automatiskt? svar|automatyczna odpowiedź|автоответ|автоматический ответ|自動返信|自動応答|自动回复)[\])]|"
    r"[-–:] (out of (the )?office|autoreply|auto-reply|automatic reply|abwesenheitsnotiz)\s*$",
    re.IGNORECASE,
)
AUTO_NOTE = re.compile(
    r"\s*AUTO: .*(\(.*\d.*\)|\b(out of|away|absent|abwesend|außer|fuori|fuera|afwezig|on leave|vacation)\b)"
)  # as Notes writes it

# a subject that mail programs write before the other's subject, never people
AUTOMATIC_SUBJECT = re.compile(
    r"^\s*(out of (the )?office( auto-?reply| reply| response| message| notification)|ooo auto-?reply|automatische abwesenheits\w+|"
    r"\[?auto(matic)?[- ]?(reply|response|repl|répondre)\]?|auto:|automatic reply|automated (reply|response)|automatische (antwort|rückantwort)|automatisch antwoord|"
    r"réponse automatique|respuesta automática|risposta automatica|resposta automática|automatiskt svar|automatisk svar|autosvar|"
    r"automaattinen vastaus|automatická odpověď|automatyczna odpowiedź|odpowiedź automatyczna|автоматический ответ|автоответ|"
    r"автоматична відповідь|automatikus válasz|otomatik yanıt|răspuns automat|automatski odgovor|resposta automàtica|automatický odpoveď|"
    r"αυτόματη απάντηση|תשובה אוטומטית|رد تلقائي|自動応答|自動返信|自动回复|自动答复|自動回覆|자동 회신|자동 응답|samodejni odgovor|"
    r"automaatvastus|automātiska atbilde|automatinis atsakymas)\s*([:：]|-\s|\s-|$|\()",
    re.IGNORECASE,
)
ABSENT_SUBJECT = re.compile(
    r"^\W*((i am |i'm |currently |re:? )?(out of (the )?office|ooo\b|out[- ]of[- ]office)|away (from|until|for|till)|on (vacation|holiday|leave|annual leave)|"
    r"vacation (notice|reply|message|response|until)|absence|i am (away|on)|i'm (away|on)|not in (the )?office|away from my (e-?mail|mail|desk)|(maternity|paternity|parental|sick|annual) leave|"
    r"ich bin |elternzeit|mutterschutz|ikke til stede|"
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
    r"(currently|temporarily) (out of (the )?office|away|unavailable)|(limited|no) access to (my )?e-?mail|will not be reading my e?-?mail|(am|be) (currently )?on (maternity|paternity|parental|sick|annual|medical) leave|i('m| am) out of (the )?office|out of (the )?office (until|from|and|with|through)|"
    r"keinen zugriff auf (meine|mein)|(ich|wir) (befinde|befinden) (mich|uns) .{0,60}(urlaub|elternzeit|mutterschutz|dienstreise)|ich (bin|werde) .{0,80}(nicht im (büro|haus|dienst)|abwesend|außer haus|im urlaub|nicht (erreichbar|verfügbar|anwesend)|wieder (für sie )?(da|erreichbar|im büro|zurück))|"
    r"(derzeit|momentan|zurzeit|zur zeit) (nicht|abwesend)|nicht weitergeleitet|"
    r"je (suis|serai) .{0,40}(absent|en congé|en vacances|hors du bureau|de retour)|(actuellement|momentanément) absent|"
    r"(estoy|estaré|me encuentro|me encontraré) .{0,40}(fuera|ausente|de vacaciones)|(sono|sarò) .{0,40}(fuori (ufficio|sede)|assente|in ferie|di ritorno)|"
    r"(estou|estarei) .{0,40}(fora|ausente|de férias)|ik ben .{0,60}(afwezig|niet (aanwezig|bereikbaar|op kantoor)|(op|met) vakantie|weer (bereikbaar|aanwezig)|met verlof)|"
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


def bounce_fact(lines: Sequence[str]) -> bool:
    """Say whether the first lines tell that something was not delivered."""
    return any(BOUNCE_FACT.search(line[:300]) for line in (*lines, " ".join(lines[:4])[:600]))


def delayed(subject: str, lines: Sequence[str]) -> bool:
    """Say whether a mail system goes on trying."""
    return any(DELAYED.search(line[:300]) for line in (subject, *lines))


def delivery_failed(subject: str) -> bool:
    """Say whether a subject tells of a failure somewhere, also behind other words."""
    return bool(DELIVERY_FAILED.search(subject[:300]))


def personal(lines: Sequence[str]) -> bool:
    """Say whether the first lines are a person's, who tells of a bounce or asks about it."""
    machine = next((at for at, line in enumerate(lines[:3]) if BOUNCE_ITSELF.search(line[:300])), 3)
    greets = _greets(lines) and not any(DAEMON_ITSELF.match(line[:100]) for line in lines[:2])
    return greets or any(PERSONAL.search(line[:300]) for line in lines[:machine])


def asks(text: str) -> bool:
    """Say whether a text asks for something to be done, which no note of absence does."""
    return bool(ASKS.search(" ".join(text[:1500].split())))


def receipt(subject: str, lines: Sequence[str]) -> bool:
    """Say whether a mail only tells that another was read or came where it should."""
    return (
        bool(RECEIPT_SUBJECT.match(subject[:200]))
        and any(RECEIPT.search(line[:300]) for line in (*lines[:5], " ".join(lines[:5])[:600]))
        and not personal(lines)
    )


def complaint(subject: str, lines: Sequence[str], *, brought: bool) -> bool:
    """Say whether a mailbox provider passes on that somebody called a mail spam."""
    subjected, said = bool(COMPLAINT_SUBJECT.match(subject[:200])), any(COMPLAINT.search(line[:300]) for line in lines[:6])
    return not personal(lines) and ((subjected and (brought or said)) or (said and brought))


def acknowledging_subject(subject: str) -> bool:
    return bool(ACKNOWLEDGING_SUBJECT.search(subject[:200]))


def acknowledges(text: str) -> bool:
    """Say whether a text begins by telling that something arrived, or by thanking for it."""
    return bool(ACKNOWLEDGES.search(" ".join(text[:700].split())))


def promises(text: str) -> bool:
    """Say whether a text tells nothing but that somebody will answer, or under which number."""
    return bool(PROMISES.search(" ".join(text[:1200].split())))


def about_mail(lines: Sequence[str]) -> bool:
    return any(ABOUT_MAIL.search(line[:300]) for line in lines)


def unanswerable(text: str) -> bool:
    """Say whether a text tells that nobody typed it or that nobody reads answers."""
    return bool(UNANSWERABLE.search(" ".join(text.split())))


def automatic_ending(subject: str) -> bool:
    """Say whether a subject is marked as automatic, also behind "Re:"; people who answer keep the mark, so the text must agree."""
    return bool(AUTOMATIC_ENDING.search(subject[:300]))


def refusal(lines: Sequence[str]) -> bool:
    """Say whether a mail server's refusal is quoted."""
    return any(REFUSAL.search(line[:300]) for line in lines)


def automatic_subject(subject: str) -> bool:
    return bool(AUTOMATIC_SUBJECT.match(subject[:200]) or AUTO_NOTE.match(subject[:200]))


def absent_subject(subject: str) -> bool:
    return bool(ABSENT_SUBJECT.match(subject[:200])) or automatic_subject(subject)


def absent(text: str) -> bool:
    """Say whether a text tells that its writer is away."""
    return bool(AWAY.search(" ".join(text[:1500].split())))


def says_automatic(text: str) -> bool:
    """Say whether the text begins or ends by saying that nobody typed it."""
    own = [line.strip() for line in text.split("\n") if line.strip()]
    if any(SAYS_AUTOMATIC.match(line[:300]) for line in own[:1]):
        return len(own) <= NOTE
    return absent(text) and len(own) <= NOTE and any(SAYS_AUTOMATIC.match(line[:300]) for line in (*own[:2], *own[-2:]))


def _greets(lines: Sequence[str]) -> bool:
    """People greet those they write to about their trouble; mail systems hardly ever do."""
    return any(
        re.match(
            r"(hi|hello|dear|hey|good (morning|afternoon|day)|hallo|guten|liebe|sehr geehrte|bonjour|hola|ciao|buongiorno|olá|hej|team|help)\b(?!\. (this is|the \S+ program))(?!.{0,40}@)",
            line,
            re.IGNORECASE,
        )
        for line in lines[:2]
    )

"""Mail without any mark is judged by its words: what a machine wrote in many languages, and what people write about such mail."""
# ruff: noqa: RUF001 - letters of other languages look like Latin ones

import pytest

from tests.tickets.test_mail_reading import written
from tickets import mail
from tickets.mail.understood import Auto

BOUNCES = (
    (
        "Undeliverable: Offer",
        "Delivery has failed to these recipients or groups:\n\nbob@firm.example\nThe email address you entered couldn't be found. Please check the recipient's email address and try to resend the message.",
    ),
    (
        "Nicht zustellbar: Angebot",
        "Fehler bei der Zustellung an folgende Empfänger oder Gruppen:\n\nbob@firm.example\nDie eingegebene E-Mail-Adresse konnte nicht gefunden werden.",
    ),
    (
        "Unzustellbar: Angebot",
        "Ihre Nachricht an bob@firm.example konnte nicht zugestellt werden.\n\nbob wurde in firm.example nicht gefunden.",
    ),
    (
        "Non remis : Offre",
        "Échec de la remise à ces destinataires ou groupes :\n\nbob@firm.example\nL'adresse de messagerie que vous avez entrée est introuvable.",
    ),
    ("No se puede entregar: Oferta", "Error de entrega a estos destinatarios o grupos:\n\nbob@firm.example\nNo se encontró la dirección."),
    ("Non recapitabile: Offerta", "Recapito non riuscito per i seguenti destinatari o gruppi:\n\nbob@firm.example"),
    ("Não é possível entregar: Oferta", "Falha na entrega a estes destinatários ou grupos:\n\nbob@firm.example"),
    ("Onbestelbaar: Aanbod", "Bezorging bij deze geadresseerden of groepen is mislukt:\n\nbob@firm.example"),
    ("Kan inte levereras: Offert", "Leverans till dessa mottagare eller grupper misslyckades:\n\nbob@firm.example"),
    ("Nie można dostarczyć: Oferta", "Dostarczenie do następujących adresatów lub grup nie powiodło się:\n\nbob@firm.example"),
    ("Nelze doručit: Nabídka", "Doručení následujícím příjemcům nebo skupinám se nezdařilo:\n\nbob@firm.example"),
    ("Недоставлено: Предложение", "Не удалось выполнить доставку следующим получателям или группам:\n\nbob@firm.example"),
    ("配信不能: 見積", "次の受信者またはグループへの配信に失敗しました。\n\nbob@firm.example"),
    ("无法传递: 报价", "传递到以下收件人或组时失败:\n\nbob@firm.example\n未能送达"),
    ("Kézbesíthetetlen: Ajánlat", "A következő címzettek vagy csoportok számára történő kézbesítése nem sikerült:\n\nbob@firm.example"),
    (
        "Delivery Status Notification (Failure)",
        "Address not found\n\nYour message wasn't delivered to bob@firm.example because the address couldn't be found, or is unable to receive mail.\n\nThe response from the remote server was:\n550 5.1.1 User unknown",
    ),
    (
        "Delivery Status Notification (Failure)",
        "Adresse nicht gefunden\n\nIhre Nachricht wurde nicht an bob@firm.example zugestellt, weil die Adresse nicht gefunden wurde.",
    ),
    (
        "Delivery Status Notification (Failure)",
        "No se ha encontrado la dirección\n\nEl mensaje no se ha entregado a bob@firm.example porque no se ha encontrado la dirección.",
    ),
    (
        "Delivery Status Notification (Failure)",
        "Adresse introuvable\n\nVotre message n'a pas été distribué à bob@firm.example, car l'adresse est introuvable.",
    ),
    (
        "Delivery Status Notification (Failure)",
        "Endereço não encontrado\n\nSua mensagem não foi entregue a bob@firm.example porque o endereço não foi encontrado.",
    ),
    (
        "Delivery Status Notification (Delay)",
        "Delivery incomplete\n\nThere was a temporary problem delivering your message to bob@firm.example. Gmail will retry for 46 more hours.",
    ),
    (
        "Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its recipients.",
    ),
    (
        "Undelivered Mail Returned to Sender",
        "This is the mail system at host mx.firm.example.\n\nI'm sorry to have to inform you that your message could not be delivered to one or more recipients.",
    ),
    (
        "failure notice",
        "Hi. This is the qmail-send program at firm.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<bob@firm.example>:\nuser is over quota",
    ),
    (
        "Returned mail: see transcript for details",
        "The original message was received at Mon, 5 May 2014 10:00:00 +0200\nfrom localhost\n\n   ----- The following addresses had permanent fatal errors -----\n<bob@firm.example>",
    ),
    (
        "Mail System Error - Returned Mail",
        "This Message was undeliverable due to the following reason:\n\nEach of the following recipients was rejected by a remote mail server.",
    ),
    (
        "Delivery Notification: Delivery has failed",
        "This report relates to a message you sent with the following header fields:\n\n  Message-id: <a@b>\n\nYour message cannot be delivered to the following recipients:",
    ),
    (
        "Delivery Failure",
        "Message from firm.example.\nUnable to deliver message to the following address(es).\n\n<bob@firm.example>:\nThis user doesn't have a account",
    ),
    (
        "DELIVERY FAILURE: User bob not listed in Domino Directory",
        "Your message\n\n  Subject: Offer\n\nwas not delivered to:\n\n  bob@firm.example\n\nbecause:\n\n  User bob not listed",
    ),
    ("Message undeliverable: Offer", "Your message could not be sent.\nA transcript of the attempts to send the message follows."),
    (
        "Warning: could not send message for past 4 hours",
        "    **********************************************\n    **      THIS IS A WARNING MESSAGE ONLY      **\n    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n    **********************************************\n\nThe original message was received at Mon",
    ),
    (
        "Mail could not be delivered",
        "  ****** Message from InterScan Messaging Security Suite ******\n\nSent <<< RCPT TO:<bob@firm.example>\nReceived >>> 550 5.1.1 unknown\n\nUnable to deliver message to <bob@firm.example>",
    ),
    (
        "メール配信エラー",
        "メールサーバーからのメッセージです。\n以下の宛先へメールを配信できませんでした。\n<bob@firm.example>: 550 5.1.1 User unknown",
    ),
    (
        "Message Delivery Failure",
        "The MailMarshal server could not deliver your message.\n\nYour message was not delivered to: bob@firm.example",
    ),
    (
        "Delivery reports about your email [FAILED(1)]",
        "The following message to bob@firm.example was undeliverable.\nThe reason for the problem:\n5.1.0 - Unknown address error 550",
    ),
    (
        "Undeliverable: Offer",
        "Your message did not reach some or all of the intended recipients.\n\n      Subject:\tOffer\n      Sent:\t5/5/2014 10:00\n\nThe following recipient(s) cannot be reached:",
    ),
    ("[POSSIBLE SPAM] Offer", "Your e-mail was rejected by our spam filter.\n550 5.7.1 message content rejected"),
    (
        "Delivery status notification",
        "============================================================================\n      This is an automatically generated Delivery Status Notification.      \n\nDelevery to the following recipients was aborted after 5.0 hour(s):\n\n  * kijitora@example.co.jp",
    ),
    (
        "Undeliverable message",
        "------- Failure Reasons  --------\n\nディレクトリのリストにありません\nkijitora@u1.example.co.jp\n\n------- Returned Message --------\nReceived: from x",
    ),
    (
        "メールエラー通知",
        "送信先のメールボックスが一杯のため、送信できませんでした。\n\n※本メールはau one netのメールシステムより配信しております。\nこのメールには直接返信いただけません。\n\n（　以下、サーバから出力されたエラーメッセージ　）\n\nYour mail sent on: Thu, 29 Apr 2013 23:45:22 +0900\n     Could not be delivered to: <kijitora@x0.dion.example>\n     As their mailbox is full.",
    ),
    (
        "**Message you sent blocked by our bulk email filter**",
        "Your message to: kijitora@example.org\nwas blocked by our Spam Firewall. The email you sent with the following subject has NOT BEEN DELIVERED:\n\nSubject: Nyaan",
    ),
    (
        "Undeliverable: Nyaan",
        "example.ne.jp rejected your message to the following email addresses:\n\nazuma@example.ne.jp (azuma@example.ne.jp)<mailto:azuma@example.ne.jp>\nYour message couldn't be delivered. It appears that the email address you sent your message to wasn't found at the destination domain",
    ),
    (
        "メッセージを配信できません。",
        "...\nSent <<< RCPT TO:<kijitora@example.co.jp>\nReceived >>> 550 5.1.1 <kijitora@example.co.jp>... user unknown\n...\n************************     End of message     **********************",
    ),
    (
        "Returned mail: Service unavailable",
        "   ----- The following addresses had delivery problems -----\npostmaster@mxr.biglobe.example\n\n   ----- Non-delivered information -----\nThe number of messages in recipient's mailbox exceeded the local limit.",
    ),
    (
        "Delivery status notification: error",
        "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this e-mail.\n\n    An error has occurred while attempting to deliver a message for\n    the following list of recipients:\n\napd@gmail.example: 550 5.1.1 http://x gsmtp",
    ),
    (
        "failure notice",
        "Your mail message to the following address(es) could not be delivered. This\nis a permanent error. Please verify the addresses and try again. If you are\nstill having difficulty sending mail to these addresses, please contact\nCustomer Support at 480-624-2500.\n\n<subscriber@example.com>:\nchild status 100...The e-mail message could not be delivered because the user's mailfolder is full.",
    ),
    (
        "Nyaan",
        "Your message could not be sent.\nA transcript of the attempts to send the message follows.\nThe number of attempts made: 1\nAddressed To: kijitora@example.com\n\nFailed to send to identified host,\nkijitora@example.com: [192.0.2.5], 550 kijitora@example.com... No such user\n--- Message non-deliverable.",
    ),
    ("Delivery Notification", "This message could not be delivered.\n"),
    (
        "Undelivered Mail Returned to Sender",
        "A message sent by\n\n  <desk@email.example.com>\n\ncould not be delivered to one or more of its recipients. The following\naddress(es) failed:\n\n  john.b@b.example\n    all hosts have been failing for a long time",
    ),
    ("NDN: Offer", "Sorry. Your message could not be delivered to:\n\nBob Example (Mailbox or Conference is full.)"),
    (
        "[BOUNCE]",
        "Hi. This is the James mail server at mx.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.",
    ),
    (
        "Delivery failure notification",
        "A message you sent could not be delivered to the following recipients. Sorry, We were unable to deliver your message to the following address(es).\n<a@b.example>: 553 sorry",
    ),
    (
        "Considered UNSOLICITED BULK EMAIL, apparently from you",
        "A message from <ann@harbor.example> to:\n-> bob@firm.example\n\nwas considered unsolicited bulk e-mail (UBE).\n\nDelivery of the email was stopped!",
    ),
)
AWAY = (
    ("Automatic reply: Printer", "I am away."),
    ("Re: Printer (Out of Office)", "I'm currently out of office until Monday."),
    ("Out of Office AutoReply: Printer", "I will return on Monday."),
    ("AUTO: Ann Example is out of the office (returning 05/12/2014)", "I am out of the office until 05/12/2014."),
    ("AUTO: Ann Beispiel ist außer Haus (Rückkehr am 12.05.2014)", "Ich kehre zurück am 12.05.2014."),
    ("Autoreply: Printer", "I am away"),
    ("Auto: Out of office", "I am out of the office this week"),
    ("Abwesend: Drucker", "Ich bin ab dem 5. Mai wieder im Büro."),
    ("Abwesenheit: Re: Drucker", "Sehr geehrte Damen und Herren,\nich bin derzeit nicht im Hause. Ihre E-Mail wird nicht weitergeleitet."),
    ("Abwesenheitsnotiz: Drucker", "Vielen Dank für Ihre Nachricht. Ich befinde mich bis zum 12. Mai im Urlaub."),
    ("Ich bin im Urlaub", "Guten Tag, ich bin vom 1. bis 14. Mai im Urlaub und habe keinen Zugriff auf meine E-Mails."),
    ("Réponse automatique : Imprimante", "Bonjour"),
    ("Absent du bureau", "Je suis en congés jusqu'au 12 mai inclus. En cas d'urgence merci de contacter Bob."),
    ("Message d'absence", "Bonjour, je suis actuellement en congés."),
    ("Absence", "Je serai de retour le 12 mai. Je suis absent du bureau."),
    ("Fuera de la oficina: Impresora", "Estaré de vacaciones hasta el 12 de mayo."),
    ("Ausente", "Me encuentro fuera de la oficina hasta el lunes."),
    ("Fuori ufficio: Stampante", "Sono in ferie fino al 12 maggio."),
    ("Assenza", "Sono assente dall'ufficio fino al 12 maggio."),
    ("Ausência do escritório: x", "Estou ausente até 12 de maio."),
    ("Fora do escritório", "Estarei de férias até 12 de maio."),
    ("Afwezig: Printer", "Ik ben met vakantie tot 12 mei."),
    ("Afwezigheidsbericht", "Ik ben tot 12 mei niet op kantoor."),
    ("Frånvaro: Skrivare", "Jag är på semester till den 12 maj."),
    ("Fravær", "Jeg er på ferie til 12. mai."),
    ("Ikke til stede: Printer", "Jeg er ikke på kontoret før mandag."),
    ("Poissa: Tulostin", "Olen lomalla 12.5. asti."),
    ("Nieobecność", "Przebywam na urlopie do 12 maja."),
    ("Mimo kancelář: Tiskárna", "Jsem na dovolené do 12. května."),
    ("Házon kívül", "Szabadságon vagyok május 12-ig."),
    ("Ofis dışında", "Şu anda ofis dışındayım, izindeyim."),
    ("Нет на месте: Принтер", "Я буду в отпуске до 12 мая."),
    ("Автоответ", "Меня нет в офисе до понедельника."),
    ("不在通知", "5月12日まで休暇をいただいております。不在にしております。"),
    ("自动回复：打印机", "您好"),
    ("Automatyczna odpowiedź", "Dzień dobry, jestem na urlopie"),
    ("Out of office", "Thanks for your email. I'm on leave returning Monday 12 May. Please contact Bob."),
    ("On vacation", "I'm on vacation until May 12th and will reply when I return."),
    ("I am on leave", "I am on annual leave until 12 May 2014. For urgent issues call 555."),
    ("Away from my mail", 'I will not be reading my mail for a while. Your mail regarding "Printer" will be read when I return.'),
    ("Re: Printer", "I am out of the office until Monday.\n\nThis is an automatic reply."),
    ("Maternity leave Re: Printer", "I am currently on maternity leave until September. Please contact Bob."),
    ("Ann Example no longer works here", "This is an automated response: Ann Example has left the company. Please contact Bob."),
)
ARRIVED = (
    (
        "[Ticket#2014050510000012] RE: Printer",
        "Thank you for contacting us.\n\nYour request has been received and assigned the ticket number 2014050510000012. This is an automatically generated reply.",
    ),
    ("Re: Printer [#1234]", "We have received your request and a new ticket has been created. Please do not reply to this message."),
    (
        "Request received: Printer",
        "Your request (12345) has been received and is being reviewed by our support staff.\n\nTo add additional comments, reply to this email.",
    ),
    ("We have received your message", "Thank you for your message. We will get back to you as soon as possible."),
    (
        "Ihre Anfrage [Ticket#4711]",
        "Sehr geehrte Damen und Herren,\n\nvielen Dank für Ihre Anfrage. Ihre Nachricht ist bei uns eingegangen und wird unter der Nummer 4711 bearbeitet.\n\nDiese E-Mail wurde automatisch generiert. Bitte antworten Sie nicht auf diese E-Mail.",
    ),
    ("Eingangsbestätigung", "Vielen Dank für Ihre Nachricht. Wir haben Ihre Anfrage erhalten und melden uns."),
    ("Accusé de réception", "Nous avons bien reçu votre demande et la traiterons dans les meilleurs délais."),
    ("Hemos recibido su solicitud", "Hemos recibido su solicitud. No responda a este correo."),
    ("Case 00123456: Printer has been created", "A new support case has been created for your request."),
    (
        "[JIRA] (HELP-12) Printer",
        "This message was automatically generated by Atlassian JIRA. Your request has been received. Do not reply to this email.",
    ),
    (
        "Support Ticket Opened [#123456]",
        "Dear Ann,\n\nA request for support has been created and assigned ticket #123456. A representative will follow-up with you as soon as possible.",
    ),
    (
        "Thank you for contacting Firm Support",
        "Thank you for contacting Firm. We received your request and will respond within 24 hours. (Case 4711)",
    ),
    ("Bedankt voor uw bericht", "Wij hebben uw bericht ontvangen en nemen zo snel mogelijk contact op."),
    ("Your ticket has been received", "Hi Ann,\n\nYour ticket has been received. This is an automated message."),
    ("Thank you for your e-mail", "Thank you for you e-mail. \nI will endeavour to reply as soon as possible.\n\nRegards\n\nJohn Smith"),
)
RECEIPTS = (
    (
        "Read: Printer",
        "Your message \n\n   To: ann@harbor.example\n   Subject: Printer\n   Sent: Monday\n\n was read on Monday, May 5, 2014.",
    ),
    ("Gelesen: Drucker", "Ihre Nachricht\n\n   An: Ann\n   Betreff: Drucker\n   Gesendet: Montag\n\nwurde am Montag gelesen."),
    ("Lu : Imprimante", "Votre message\n\n   À : Ann\n   Objet : Imprimante\n\na été lu le lundi."),
    ("Leído: x", "El mensaje\n\nPara: Ann\n\nfue leído el lunes"),
    (
        "Return Receipt (displayed) - Printer",
        "This is a Return Receipt for the mail that you sent to ann@harbor.example.\n\nNote: This Return Receipt only acknowledges that the message was displayed on the recipient's computer.",
    ),
    ("Lesebestätigung: Drucker", "Dies ist eine Empfangsbestätigung für eine Nachricht."),
    ("Delivered: Printer", "Your message has been delivered to the following recipients:\n\nbob@firm.example"),
    ("Not read: Printer", "Your message\n\nTo: Ann\nSubject: Printer\n\nwas deleted without being read on Monday"),
    ("Przeczytano: x", "Wiadomość\n\nDo: Ann\n\nzostała przeczytana w dniu"),
)
PEOPLE = (
    ("Mail delivery failed", "Hello, since Monday every mail to bob@firm.example fails. 550 5.1.1 user unknown. Can you help?"),
    (
        "Undeliverable mail",
        "I sent a mail to Bob and got this:\n\nDelivery has failed to these recipients or groups:\nbob@firm.example\n550 5.1.1",
    ),
    ("Mails kommen zurück", "Ich bekomme diese Meldung:\n\nIhre Nachricht konnte nicht zugestellt werden.\n550 5.7.1"),
    ("E-Mail Problem", "Bitte prüfen, Mails an bob@firm.example kommen nicht an:\n\n550 5.1.1 user unknown"),
    ("Undeliverable: Offer", "What does this mean?\n\nDelivery has failed to these recipients or groups:\n\nbob@firm.example"),
    (
        "Bounce",
        "My boss gets these bounces all day, see below.\n\nThis is the mail system at host mx.example.\n\nI'm sorry to have to inform you that your message could not be delivered",
    ),
    ("Mailbox full", "The mailbox of our lab is full, we cannot receive. Quota exceeded is shown."),
    ("Read: the manual is wrong", "The manual says to press the red button, but there is none."),
    ("Read receipts", "How do I turn on read receipts?"),
    ("Delivered: wrong toner", "The toner that was delivered to us on Monday is the wrong one."),
    ("Delivered", "The laptops were delivered to the front desk. Who sets them up?"),
    ("Ticket 4711", "Thank you for your message. The printer still does not print."),
    ("Your ticket has been closed?", "Your ticket system closed my ticket, but it does not work. We received your mail."),
    ("Re: [HD-12] Printer", "Thank you for your message. It works now."),
    ("Re: Request received", "Thanks for your e-mail, we received your parts and will build them in tomorrow."),
    ("Thank you for your help", "Thank you for your quick help yesterday. The screen is dark again, though."),
    ("Ihre Nachricht vom Montag", "Vielen Dank für Ihre Nachricht. Der Drucker druckt weiterhin nicht, die Seriennummer lautet 123."),
    ("Re: [HD-12] Drucker", "Vielen Dank für Ihre Nachricht. Ich bin bis Freitag nicht im Büro, bitte kommen Sie am Montag."),
    ("Automatic reply rule", "Please set an automatic reply on the info mailbox: 'This is an automatic reply. We are closed.'"),
    ("Automatic updates", "The automatic updates fail since Monday."),
    ("Auto: Navigationsgerät (A6) defekt", "Das Navigationsgerät im Auto startet nicht."),
    ("Abwesenheit von Frau Muster", "Frau Muster ist ab Montag abwesend. Bitte leiten Sie ihre Mails um."),
    ("Urlaub", "Ich habe Urlaub eingetragen, aber der Kalender zeigt ihn nicht."),
    ("Vacation calendar", "The vacation calendar does not open any more."),
    ("On leave - access", "I am going on leave next week. Bob needs access to my mailbox."),
    ("This is an automatic door", "This is an automatic door problem: door 3 does not open."),
    ("Newsletter", "How do I unsubscribe? This message was automatically generated they say."),
    ("Delivery of new notebooks delayed", "The delivery of the new notebooks is delayed. It was delayed twice already."),
    ("Failed delivery", "The courier failed to deliver the server. It was returned to the shop."),
    ("Server returned to supplier", "It has been returned because the fan was broken. They will retry in May."),
    ("Message rejected", "Outlook says message rejected when we mail the tax office. Why?"),
    (
        "Fwd: Undelivered Mail Returned to Sender",
        "see below\n\n---------- Forwarded message ---------\nFrom: Mail Delivery System <MAILER-DAEMON@x.example>\nDate: Mon\nSubject: Undelivered Mail Returned to Sender\nTo: <ann@harbor.example>\n\nThis is the mail system at host x.example.",
    ),
    ("Abuse report", "We got an abuse report for our IP from the provider. What should we do?"),
    ("Spam report", "Since Monday we get lots of spam."),
    ("Case 123: broken hinge", "The laptop case 123 has a broken hinge. We received your spare part, but it does not fit."),
    ("Non remis", "Le colis n'a pas été livré."),
    ("Ausente en la reunión", "No pude conectar a la reunión por Teams."),
    ("Confirmation de lecture", "Comment désactiver la confirmation de lecture ?"),
    ("Your message", "We have received your message about the outage, but our lines are still down since 9."),
    ("Problem with order", "Thank you for your order confirmation, but a request for support has been opened twice for us."),
    ("Urlaub", "Ich bin vom 1. bis 14. Mai im Urlaub. Bitte leiten Sie meine Mails an Frau Muster weiter."),
    ("Automatic reply", "How do I set an automatic reply?"),
    ("Automatic reply - mailbox info", "Please set up an automatic reply: I am out of the office."),
    ("On vacation from Monday", "I am on vacation from Monday. Can you redirect my phone to Bob?"),
    ("Absent", "Je suis absente demain, pouvez-vous transférer mes appels ?"),
)


@pytest.mark.parametrize(("subject", "text"), BOUNCES)
def test_mail_that_comes_back_is_known_by_its_words(subject: str, text: str) -> None:
    found = mail.read(written(subject, text))
    assert found.kind is Auto.BOUNCE, found.why


@pytest.mark.parametrize(("subject", "text"), AWAY)
def test_a_note_of_absence_is_known_by_its_words(subject: str, text: str) -> None:
    found = mail.read(written(subject, text))
    assert found.kind is Auto.VACATION, found.why


@pytest.mark.parametrize(("subject", "text"), ARRIVED)
def test_what_other_ticket_systems_answer_at_once_is_known(subject: str, text: str) -> None:
    assert mail.read(written(subject, text)).automatic


@pytest.mark.parametrize(("subject", "text"), RECEIPTS)
def test_a_receipt_is_known_by_its_words(subject: str, text: str) -> None:
    found = mail.read(written(subject, text))
    assert found.kind is Auto.RECEIPT, found.why


@pytest.mark.parametrize(("subject", "text"), PEOPLE)
def test_people_who_write_of_such_things_are_people(subject: str, text: str) -> None:
    for marks in ({}, {"X_Auto_Response_Suppress": "DR, OOF, AutoReply"}):
        found = mail.read(written(subject, text, **marks))
        assert not found.automatic, found.why


def test_a_return_path_that_a_server_rewrote_says_nothing_of_the_sender() -> None:
    for path in ("<bounces+SRS=a1b2=XY@firm.onmicrosoft.example>", "<SRS0=RahL=LY=firm.example=ann@bounce.mail.example>"):
        assert not mail.read(written("Printer", "It is on fire.", Return_Path=path)).automatic


def test_a_program_that_sends_to_many_is_known_by_its_return_path_unless_somebody_can_be_answered() -> None:
    path = "<bounces+123-ab12-desk=own.example@em.sender.example>"
    assert mail.read(written("Welcome", "Your account is ready.", Return_Path=path)).kind is Auto.NOTICE
    assert not mail.read(written("Contact form", "My screen is dark.", Return_Path=path, Reply_To="bob@firm.example")).automatic
    assert not mail.read(written("Re: Printer", "It works now.", Return_Path=path, In_Reply_To="<a@desk.example>")).automatic


def test_who_takes_no_answers_is_a_machine_unless_answers_go_elsewhere() -> None:
    sender = "Shop <no-reply@shop.example>"
    assert mail.read(written("Your order", "It is on its way.", sender=sender)).kind is Auto.NOTICE
    assert not mail.read(written("Contact form", "My screen is dark.", sender=sender, Reply_To="bob@firm.example")).automatic


def test_a_precedence_line_of_a_server_on_the_way_is_not_the_senders() -> None:
    passed = (
        b"Received: from a by b; Mon, 5 May 2014 10:00:00 +0200\nPrecedence: bulk\nReceived: from c by d; Mon, 5 May 2014 09:00:00 +0200\n"
    )
    answer = written("Re: Printer", "It works now.", In_Reply_To="<a@desk.example>")
    assert not mail.read(passed + answer).automatic
    assert mail.read(b"Precedence: bulk\n" + answer).kind is Auto.LIST
    assert mail.read(passed + b"Mailing-List: contact x@lists.example; run by ezmlm\n" + answer).kind is Auto.LIST


def test_a_person_who_passes_a_report_on_is_a_person() -> None:
    head = b"From: ann@harbor.example\nSubject: WG: Undeliverable: Offer\nContent-Type: multipart/mixed; boundary=x\n\n"
    body = b"--x\nContent-Type: text/plain\n\nThis came back. Why?\n--x\nContent-Type: message/delivery-status\n\nAction: failed\n--x--\n"
    assert not mail.read(head + body).automatic


def test_a_report_of_success_is_a_receipt_and_nobody_is_marked() -> None:
    head = b"From: postmaster@firm.example\nSubject: Delivered: Offer\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n\n"
    status = b"--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; bob@firm.example\nAction: %s\n--x--\n"
    for action in (b"delivered", b"relayed", b"expanded"):
        found = mail.read(head + status % action)
        assert (found.kind, found.bounced) == (Auto.RECEIPT, ())
    assert mail.read(head + status % b"failed").bounced == ("bob@firm.example",)


@pytest.mark.parametrize(
    ("text", "reached"),
    [
        (
            "This is the mail system at host mx.\n\nFor help write to postmaster@mx.example.\n\n<bob@firm.example>: user unknown",
            ("bob@firm.example",),
        ),
        (
            "Your message\n\nTo: list@firm.example\n\ndid not reach the following recipient(s):\n\nSMTP=bob@firm.example",
            ("bob@firm.example",),
        ),
        ("Your message to bob@firm.example is delayed. We will continue to try.", ()),
        ("<bob@firm.example>... User unknown\nsender: ann@harbor.example", ("bob@firm.example",)),
    ],
)
def test_only_who_was_not_reached_for_good_is_marked(text: str, reached: tuple[str, ...]) -> None:
    found = mail.read(written("Undelivered Mail Returned to Sender", text, sender="MAILER-DAEMON@mx.example"))
    assert (found.kind, found.bounced) == (Auto.BOUNCE, reached)


def test_of_a_forwarded_address_the_one_that_was_written_to_is_marked() -> None:
    head = b"From: MAILER-DAEMON@mx.example\nSubject: failed\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n\n"
    status = b"--x\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; b@inner.example\nOriginal-Recipient: rfc822; bob@firm.example\n"
    assert mail.read(head + status + b"Action: failed\n--x--\n").bounced == ("bob@firm.example",)


def test_a_signature_of_a_page_is_a_signature_unless_it_is_all_there_is() -> None:
    page = "Content-Type: text/html\n\n<p>Fine.</p><div class='gmail_signature'>Ann<br>Harbor</div>"
    found = mail.read(f"From: ann@harbor.example\n{page}".encode())
    assert (found.text, found.signature) == ("Fine.", "-- \nAnn\nHarbor")
    assert mail.read(b"From: a@harbor.example\nContent-Type: text/html\n\n<div id='Signature'>Fine.</div>").text == "Fine."


def test_a_page_whose_head_never_ends_is_read() -> None:
    assert (
        mail.read(b"From: a@harbor.example\nContent-Type: text/html\n\n<html><head><meta charset=x><div>It is on fire.</div>").text
        == "It is on fire."
    )


def test_a_person_may_write_from_the_address_of_the_postmaster() -> None:
    sender = "Ann <postmaster@small.example>"
    assert not mail.read(written("Printer", "The printer on floor two is dark.", sender=sender)).automatic
    assert mail.read(written("Mail delivery", "bob@firm.example: user unknown", sender=sender)).kind is Auto.BOUNCE


def test_a_plain_text_that_only_says_it_is_none_gives_way_to_the_page() -> None:
    head = b"From: ann@harbor.example\nContent-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain\n\n"
    page = b"\n--x\nContent-Type: text/html\n\n<p>The printer is on fire.</p>\n--x--\n"
    assert mail.read(head + b"Your mail program does not support HTML." + page).text == "The printer is on fire."
    assert mail.read(head + b"The printer is dark." + page).text == "The printer is dark."

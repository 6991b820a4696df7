"""What is new, what is quoted and what is a signature, as many mail programs and languages put it; what people write themselves stays theirs."""
# ruff: noqa: RUF001 - letters of other languages look like Latin ones

import pytest

from tickets.mail import pages, splitting

OWN = "It works now, thank you."
ORIGINALS = (
    "On Mon, Apr 2, 2012 at 6:26 PM Bob <bob@x.example> wrote:\n\nDoes it work?",
    "Am Fr., 28. Nov. 2025 um 15:57 Uhr schrieb Test Mailer <\ntesting@testing.com>:\n\n> Test",
    "________________________________\nFrom: Engine <a@b.com>\nSent: Thursday, September 26, 2019 11:35:12 AM\nTo: Y <y@b.com>\nSubject: x\n\nHello",
    "ср, 30 апр. 2025 г. в 15:19, John Doe <doe@example.com>:\n\nпривет",
    "---- On Wed, 24 Feb 2021 14:02:50 +0530 john@gmail.com wrote ----\n\nJava",
    "-------- Message d'origine --------\nDe : A B C <abc@abc.org>\nDate : 23/06/24  10:46  (GMT+01:00)\nÀ : abc@abc.be Objet : Abc",
    "-------- Ursprüngliche Nachricht --------\nVon: A <a@b.de>\nDatum: 23.06.24 10:46 (GMT+01:00)\nAn: b@b.de\nBetreff: x",
    "Wednesday, 17 November 2021, 3:32 PM +0300 from john@mail.acme.com <john@mail.acme.com>:\n\nEtiam",
    "From: Human Resources \n<a-really-long@humanresources.com> \nSent: Monday, August 26, 2019 4:37 PM\nTo: A <a@company.com>\nSubject: x\n\nHi",
    "*From:* Bob <b@x.example>\n*Sent:* Monday, April 2, 2012 6:26 PM\n*To:* Ann <a@x.example>\n*Subject:* x\n\nHi",
    "Le 02/04/2012 à 18:26, Bob a écrit :\n> x",
    "Le lundi 2 avril 2012 à 18:26:00 UTC+2, Bob <b@x.example> a écrit :\n\nx",
    "El 2/4/2012 a las 18:26, Bob escribió:\n> x",
    "Il 02/04/2012 18:26, Bob ha scritto:\n> x",
    "Em 02/04/2012 18:26, Bob escreveu:\n> x",
    "Op 2-4-2012 om 18:26 schreef Bob:\n> x",
    "Den 02.04.2012 18:26, skrev Bob:\n> x",
    "Den 2. apr. 2012 kl. 18.26 skrev Bob <b@x.example>:\n> x",
    "2 apr. 2012 kl. 18:26 skrev Bob <b@x.example>:\n\n> x",
    "W dniu 2.04.2012 o 18:26, Bob pisze:\n> x",
    "pon., 2 kwi 2012 o 18:26 Bob <b@x.example> napisał(a):\n\n> x",
    "Dne 2.4.2012 v 18:26 Bob napsal(a):\n> x",
    "po 2. 4. 2012 v 18:26 odesílatel Bob <b@x.example> napsal:\n\n> x",
    "2012. 04. 02. 18:26 keltezéssel, Bob írta:\n> x",
    "Bob <b@x.example> ezt írta (időpont: 2012. ápr. 2., H, 18:26):\n\n> x",
    "На 2.04.2012 г. в 18:26, Bob написа:\n> x",
    "Pe 2 apr. 2012, la 18:26, Bob <b@x.example> a scris:\n\nx",
    "2 Nisan 2012 Pazartesi 18:26 tarihinde Bob <b@x.example> yazdı:\n\n> x",
    "2012년 4월 2일 (월) 오후 6:26, Bob <b@x.example>님이 작성:\n\n> x",
    "Bob <b@x.example> 于2012年4月2日周一 18:26写道：\n\n> x",
    "2012/04/02 18:26、Bob <b@x.example>のメール:\n\n> x",
    '------------------ 原始邮件 ------------------\n发件人: "Bob" <b@x.example>;\n发送时间: 2012年4月2日(星期一) 18:26\n收件人: "Ann"<a@x.example>;\n主题: x\n\nx',
    "-----邮件原件-----\n发件人: Bob [mailto:b@x.example] \n发送时间: 2012年4月2日 18:26\n收件人: Ann\n主题: x\n\nx",
    "At 18:26 02.04.2012, Bob wrote:\n>x",
    "Bob wrote:\n> x",
    "Quoting Bob <b@x.example>:\n\n> x",
    "Zitat von Bob <b@x.example>:\n\n> x",
    "Bob <b@x.example> schrieb am Mo., 2. Apr. 2012, 18:26:\n\n> x",
    "Am 02.04.2012 um 18:26 schrieb Bob:\n> x",
    'Gesendet: Montag, 02. April 2012 um 18:26 Uhr\nVon: "Bob" <b@x.example>\nAn: ann@x.example\nBetreff: x\n\nx',
    "-----Ursprüngliche Mitteilung-----\nVon: Bob <b@x.example>\nAn: ann <a@x.example>\nVerschickt: Mo, 2. Apr 2012 18:26\nBetreff: x\n\nx",
    '----- Original Message -----\nFrom: "Bob" <b@x.example>\nTo: "Ann"\nSent: Monday, April 02, 2012 6:26 PM\nSubject: x\n\nx',
    "Begin forwarded message:\n\nFrom: Bob <b@x.example>\nSubject: x\nDate: 2 April 2012 18:26\nTo: a@x.example\n\nx",
    "---------- Forwarded message ---------\nVon: Bob <b@x.example>\nDate: Mo., 2. Apr. 2012 um 18:26 Uhr\nSubject: x\nTo: <a@x.example>\n\nx",
    "Sent from Samsung MobileBob <b@x.example> wrote:\n> x",
    "El lun., 2 abr. 2012 18:26, Bob <b@x.example> escribió:\n\nx",
    "On Monday, 2 April 2012, Bob <b@x.example> wrote:\n> x",
    "On 2012-04-02 18:26, Bob wrote:\n> x",
    "On Monday, April 2nd, 2012 at 6:26 PM, Bob <b@x.example> wrote:\n\nx",
    "De: Bob <b@x.example>\nEnviado: lunes, 2 de abril de 2012 18:26\nPara: Ann\nAsunto: x\n\nx",
    "Da: Bob <b@x.example>\nInviato: lunedì 2 aprile 2012 18:26\nA: Ann\nOggetto: x\n\nx",
    "Fra: Bob <b@x.example>\nSendt: mandag 2. april 2012 18:26\nTil: Ann\nEmne: x\n\nx",
    "Från: Bob\nSkickat: den 2 april 2012 18:26\nTill: Ann\nÄmne: x\n\nx",
    "Van: Bob\nVerzonden: maandag 2 april 2012 18:26\nAan: Ann\nOnderwerp: x\n\nx",
    "Lähettäjä: Bob <b@x.example>\nLähetetty: maanantai 2. huhtikuuta 2012 18.26\nVastaanottaja: Ann\nAihe: x\n\nx",
    "Od: Bob <b@x.example>\nWysłano: poniedziałek, 2 kwietnia 2012 18:26\nDo: Ann\nTemat: x\n\nx",
    "Od: Bob\nOdesláno: pondělí 2. dubna 2012 18:26\nKomu: Ann\nPředmět: x\n\nx",
    "Feladó: Bob\nElküldve: 2012. április 2. 18:26\nCímzett: Ann\nTárgy: x\n\nx",
    "От: Bob <b@x.example>\nОтправлено: 2 апреля 2012 г. 18:26\nКому: Ann\nТема: x\n\nx",
    "Kimden: Bob\nGönderildi: 2 Nisan 2012 18:26\nKime: Ann\nKonu: x\n\nx",
    "差出人: Bob\n送信日時: 2012年4月2日 18:26\n宛先: Ann\n件名: x\n\nx",
    "보낸 사람: Bob\n보낸 날짜: 2012년 4월 2일\n받는 사람: Ann\n제목: x\n\nx",
    "##- Please type your reply above this line -##\n\nYour request (12) has been updated.",
    "--- Please reply above this line ---\n\nx",
)
OWN_WORDS = (
    "From: Berlin\nTo: Hamburg\nDate: Monday\nPlease book it.",
    "Name: Ann\nDate: 2 May\nSubject: none\nIt is broken.",
    "On Monday the 2nd Bob wrote down these numbers:\n1\n2\n3",
    "We need: 3 screens\nTo: reception\nFrom: storage\nThank you",
    "I wrote 2 mails to bob@x.example:\nfirst one\nsecond one",
    "The steps are:\n1. open\n2. close\nOn page 3 it says:\nnothing",
    "Sent from the warehouse yesterday, 3 boxes are missing.\nCan you check?\nAnn\nBob\nCarl",
    "-- the printer is broken --",
    "He wrote:\nplease come",
    "Am 3. Mai schrieb ich Ihnen eine Mail an info@x.example:\nkeine Antwort bisher.",
)
FOOTERS = (
    "Sent from my iPhone",
    "Sent from Mail for Windows",
    "Sent from Outlook for Android",
    "Télécharger Outlook pour iOS<https://aka.ms/o0ukef>",
    "Obtenez Outlook pour Android",
    "Get Outlook for Android<https://aka.ms/x>",
    "Von meinem Samsung Gerät gesendet",
    "Von meinem iPad gesendet",
    "Gesendet von Mail für Windows 10",
    "Gesendet mit der GMX Mail App",
    "Diese Nachricht wurde von meinem Android-Gerät mit GMX Mail gesendet.",
    "Envoyé de mon iPhone",
    "Envoyé à partir de Outlook",
    "Envoyé depuis mon smartphone Samsung Galaxy.",
    "Enviado desde mi Samsung",
    "Enviado do meu iPhone",
    "Enviado do Yahoo Mail",
    "Inviato da iPhone",
    "Inviato da Outlook per Android",
    "Inviato dal mio dispositivo Samsung",
    "Verstuurd vanaf mijn iPhone",
    "Verzonden vanuit Outlook",
    "Skickat från min iPhone",
    "Hämta Outlook för iOS",
    "Sendt fra min iPhone",
    "Sendt fra Outlook for iOS",
    "Hent Outlook for iOS",
    "Lähetetty iPhonesta",
    "Wysłane z iPhone'a",
    "Wysłano z aplikacji mobilnej",
    "Pobierz Outlook dla systemu Android",
    "Odesláno z iPhonu",
    "Отправлено с iPhone",
    "Отправлено из мобильной Почты Mail.ru",
    "iPhone'umdan gönderildi",
    "iPhoneから送信",
    "发自我的iPhone",
    "나의 iPhone에서 보냄",
    "Trimis de pe iPhone",
    "Sent via BlackBerry",
    "Sent with Proton Mail secure email.",
    "Sent using Zoho Mail",
    "Sent from Yahoo Mail on Android",
    "Στάλθηκε από το iPhone μου",
    "נשלח מה-iPhone שלי",
    "أُرسلت من الـ iPhone",
    "Inviato con Proton Mail",
    "--\nAnn\nHarbor",
    "-- \nAnn",
    "—\nAnn\nHarbor Dental",
    "__\nAnn\nHarbor Dental",
)


@pytest.mark.parametrize("original", ORIGINALS)
def test_an_original_is_quoted_whoever_put_it_there(original: str) -> None:
    for name in ("", "\n\nAnn"):
        found = splitting.split(f"{OWN}{name}\n\n{original}")
        assert found.text == OWN + name
        assert found.quoted.split() == original.split()


@pytest.mark.parametrize("words", OWN_WORDS)
def test_what_only_looks_like_an_original_stays_the_writers(words: str) -> None:
    assert splitting.split(words) == splitting.Split(words, "", "")


@pytest.mark.parametrize("footer", FOOTERS)
def test_a_footer_in_any_language_is_a_signature(footer: str) -> None:
    found = splitting.split(f"{OWN}\n\n{footer}\n\nOn 2 Apr 2012 at 18:26, Bob <bob@firm.example> wrote:\n> x")
    assert (found.text, found.signature) == (OWN, footer)


def test_an_introduction_on_the_line_of_an_answer_goes_to_what_is_quoted() -> None:
    found = splitting.split("Yes. On Wed, Apr 4, 2012 at 3:59 PM, bob@firm.example wrote:\n> Does it work?")
    assert found.text == "Yes."
    assert found.quoted == "On Wed, Apr 4, 2012 at 3:59 PM, bob@firm.example wrote:\n> Does it work?"


def test_answers_between_quoted_lines_stay_the_writers() -> None:
    found = splitting.split("On 2 Apr 2012 at 18:26, Bob <bob@firm.example> wrote:\n> One?\n\nYes.\n\n> Two?\n\nNo.")
    assert found.text.split() == ["Yes.", "No."]


def test_a_page_with_lines_of_the_original_below_a_rule_is_split() -> None:
    page = "<p>Fine.</p><hr>Date: Thu, 26 Jun 2014 13:53:45 +0400<br>Subject: Test<br>From: bob@firm.example<br>To: ann@harbor.example<p>Hello!</p>"
    assert splitting.split(pages.text_of(page)).text == "Fine."


def test_what_is_typed_below_a_footer_stays_the_writers() -> None:
    found = splitting.split("It works now.\n\nSent from my iPhone\n\nOne more: the fan is loud.")
    assert found.text.split("\n\n") == ["It works now.", "\nOne more: the fan is loud."]
    assert found.signature == "Sent from my iPhone"

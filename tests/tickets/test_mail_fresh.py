"""What programs write that were misread once: each case is small, and stands for every mail like it."""
# ruff: noqa: RUF001 - letters of other languages look like Latin ones

import base64

import pytest

from tickets import mail
from tickets.mail import flowing
from tickets.mail.understood import Auto, Understood


def plain(text: str | bytes, *, subject: str = "Re: Printer", kind: str = "text/plain; charset=utf-8", **headers: str) -> Understood:
    more = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
    head = f"From: Anna <anna@client.example>\nSubject: {subject}\nMessage-ID: <1@client.example>\nContent-Type: {kind}\n{more}\n"
    return mail.read(head.encode() + (text if isinstance(text, bytes) else text.encode()), "desk.example")


def page(html: str) -> Understood:
    return plain(html, kind="text/html; charset=utf-8")


def invitation(method: str, partstat: str, words: str = "") -> Understood:
    calendar = (
        f"BEGIN:VCALENDAR\nMETHOD:{method}\nBEGIN:VEVENT\nATTENDEE;PARTSTAT={partstat}:mailto:a@b.example\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    parts = f"--b\nContent-Type: text/plain\n\n{words}\n--b\nContent-Type: text/calendar; method={method}\n\n{calendar}--b--\n"
    return plain(parts, kind="multipart/alternative; boundary=b")


# --- who wrote it


def test_an_accepted_invitation_says_nothing_and_a_declined_one_does() -> None:
    assert invitation("REPLY", "ACCEPTED").kind is Auto.RECEIPT
    assert not invitation("REPLY", "DECLINED").automatic
    assert not invitation("REPLY", "ACCEPTED", "I come, but at noon.").automatic
    assert not invitation("CANCEL", "ACCEPTED").automatic
    assert not invitation("REQUEST", "NEEDS-ACTION").automatic


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Incident INC0012345 has been opened", "Your incident INC0012345 has been created and assigned. We will contact you shortly."),
        (
            "Talebiniz alındı #4521",
            "Merhaba, talebiniz alınmıştır. Bu e-posta otomatik olarak gönderilmiştir, lütfen yanıtlamayın.",
        ),
        (
            "[Request received] [HD-12] Printer",
            "##- Please type your reply above this line -##\n\nYour request (48213) has been received and is being reviewed.",
        ),
    ],
)
def test_other_ticket_systems_only_say_that_something_arrived(subject: str, text: str) -> None:
    assert plain(text, subject=subject).kind is Auto.NOTICE


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("休暇中の転送", "来週休暇を取ります。メールを田中に転送する設定をお願いします。"),
        ("İzin", "Merhaba, yarın izindeyim, VPN erişimimi açabilir misiniz?"),
        ("Urlop", "Jestem na urlopie od jutra. Proszę o przekierowanie mojej poczty do Jana."),
    ],
)
def test_who_asks_for_something_because_of_a_holiday_is_a_person(subject: str, text: str) -> None:
    assert not plain(text, subject=subject).automatic


@pytest.mark.parametrize("subject", ["不在のお知らせ", "自動返信: プリンター"])
def test_a_note_of_absence_that_names_whom_to_ask_stays_one(subject: str) -> None:
    assert plain("11月30日まで不在にしております。お急ぎの場合は田中までご連絡ください。", subject=subject).kind is Auto.VACATION


# --- what is new in it


def test_the_mark_above_which_to_answer_cuts_off_nothing_at_the_top_of_another_systems_mail() -> None:
    theirs = plain("##- Please type your reply above this line -##\n\nKim\n\nPlease send us the serial number.")
    assert "serial number" in theirs.text
    ours = plain("--- Write your answer above this line ---\n\nOriginal words.")
    assert (ours.text, "Original words." in ours.quoted) == ("", True)
    below = plain("Second floor.\n\n##- Please type your reply above this line -##\n\nOriginal words.")
    assert below.text == "Second floor."


def test_a_footer_for_every_gender_is_a_footer() -> None:
    assert plain("Zweiter Stock.\n\nVon meinem/meiner Galaxy gesendet\n").text == "Zweiter Stock."


def test_an_introduction_with_a_long_weekday_and_no_verb_begins_a_quote_without_marks() -> None:
    found = plain("Второй этаж.\n\nВторник, 24 ноября 2026, 9:12 +03:00 от Help Desk <help@desk.example>:\n\nOriginal words.\n")
    assert found.text == "Второй этаж."
    assert "Original words." in found.quoted


# --- how it is spelt


def test_flowed_lines_are_one_paragraph_and_quotes_and_signatures_stay() -> None:
    text = "A paragraph that was \nwrapped.\n\n> cited and \n> wrapped too\n>> deeper\n\n Indented.\nThe end \n-- \nAnna \nTel. 1\n"
    found = plain(text, kind="text/plain; charset=utf-8; format=flowed")
    assert found.text.split("\n") == ["A paragraph that was wrapped.", "", "", "Indented.", "The end"]
    assert found.quoted.split("\n") == ["> cited and wrapped too", ">> deeper"]
    assert found.signature.split("\n") == ["-- ", "Anna Tel. 1"]
    close = plain("Ein Donaudampf \nschiff.\n", kind="text/plain; charset=utf-8; format=flowed; delsp=yes")
    assert close.text == "Ein Donaudampfschiff."
    assert plain("Not flowed \nat all.\n").text == "Not flowed \nat all."


def test_flowed_lines_without_an_end_are_no_endless_line() -> None:
    lines = flowing.joined("word \n" * 100_000, close=False).split("\n")
    assert max(len(line) for line in lines) <= flowing.LONG + 10
    assert sum(line.count("word") for line in lines) == 100_000


@pytest.mark.parametrize(
    ("named", "meant", "text"),
    [
        ("iso-8859-1", "utf-8", "Der Drucker läuft nicht – wirklich."),
        ("windows-1252", "utf-8", "プリンターが動きません"),
        ("iso-8859-15", "utf-8", "Le café à 5 €"),
        ("us-ascii", "utf-8", "Der Drucker läuft nicht."),
        ("utf-8", "cp1252", "Der Drucker läuft nicht – wirklich."),
        ("windows-1251", "cp1251", "Принтер не работает."),
        ("iso-8859-1", "cp1252", "Der Drucker läuft nicht."),
        ("koi8-r", "koi8-r", "Принтер не работает."),
        ("shift_jis", "cp932", "プリンターが動きません"),
        ("iso-8859-2", "iso-8859-2", "Tiskárna nefunguje, prosím přijďte."),
    ],
)
def test_letters_are_those_that_were_written_whatever_the_mail_names(named: str, meant: str, text: str) -> None:
    found = plain(text.encode(meant), kind=f"text/plain; charset={named}", Content_Transfer_Encoding="8bit")
    assert found.text == text


def test_an_encoding_with_a_blank_behind_it_and_a_footer_below_base64_are_read() -> None:
    quoted = plain("Der Drucker l=C3=A4uft nicht=\n mehr.\n", Content_Transfer_Encoding="Quoted-Printable ")
    assert quoted.text == "Der Drucker läuft nicht mehr."
    packed = base64.b64encode("Der Drucker läuft nicht mehr.".encode()).decode()
    listed = plain(f"{packed}\n-- \nFooter of a list\n", Content_Transfer_Encoding="base64")
    assert (listed.text, listed.signature) == ("Der Drucker läuft nicht mehr.", "-- \nFooter of a list")


def test_what_a_page_hides_is_left_out_and_shown_where_nothing_else_is() -> None:
    shown = page(
        '<div style="display:none;max-height:0">Preheader</div><p>The <span style="DISPLAY: none">secret </span>printer smokes.</p>'
    )
    assert shown.text.strip() == "The printer smokes."
    assert page('<div style="display:none">Only this').text.strip() == "Only this"
    assert page('<p style="display:block">Shown</p>').text.strip() == "Shown"


def test_what_only_one_mail_program_hides_is_shown_since_the_writer_and_all_others_saw_it() -> None:
    found = page('<p style="mso-hide:all">The printer smokes.</p><p>Second floor.</p>')
    assert found.text.strip() == "The printer smokes.\n\nSecond floor."
    assert page('<p style="display:none;mso-hide:all">Preheader</p><p>Shown</p>').text.strip() == "Shown"


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ('<p style="display:none">Hidden<p>Shown', "Shown"),
        ('<p style="display:none">Hidden<div>Shown</div>', "Shown"),
        ('<p style="display:none">Hidden<span>too<ul><li>Shown</ul>', "* Shown"),
        ('<ul><li style="display:none">Hidden<li>Shown</ul>', "* Shown"),
        ('<ul><li style="display:none">Hidden<ul><li>too</ul><li>Shown</ul>', "* Shown"),
        ('<ul><li style="display:none">Hidden</ul>Shown', "Shown"),
        ('<dl><dt style="display:none">Hidden<dd>Shown</dl>', "Shown"),
        ('<table><tr><td style="display:none">Hidden<p>too<td>Shown</table>', "Shown"),
        ('<table><tr style="display:none"><td>Hidden<td>too<tr><td>Shown</table>', "Shown"),
        ('<table><tbody style="display:none"><tr><td>Hidden<tfoot><tr><td>Shown</table>', "Shown"),
        ('<table><tr><td style="display:none">Hidden<table><tr><td>too</table>too</table>Shown', "Shown"),
        ('<table><tr style="display:none"><td><p>Hidden<p>too</table>Shown', "Shown"),
    ],
)
def test_what_is_hidden_without_an_end_ends_where_html_ends_it(html: str, shown: str) -> None:
    found = page(html).text
    assert [line.strip() for line in found.split("\n") if line.strip(" *")] == [shown]

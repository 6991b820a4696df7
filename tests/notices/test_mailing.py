"""What leaves as mail: one message to one address, whatever names and titles hold; and a server that hangs costs its time once."""

import smtplib
import socket
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from comanaged import background
from comanaged.accounts import access
from comanaged.celery import app
from comanaged.notices import actions as notices
from comanaged.notices import mailing
from comanaged.notices.domain import naming
from comanaged.notices.models import Notice
from comanaged.vocabulary import Side
from tests.cast import Cast
from tests.notices.mailboxes import Box, hanging, mailbox, parsed, send_to

app.loader.import_default_modules()

VICTIM, OTHER = "victim@example.test", "evil@example.test"
OURS = {"Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To", "Date", "Message-ID"} | {
    "X-Auto-Response-Suppress",
    "Auto-Submitted",
    "References",
}
HOSTILE = [
    "Smith, John",
    f"Victim\r\nBcc: {OTHER}",
    f"Victim\nCc: {OTHER}\n\nbody",
    f"Victim\rBcc: {OTHER}",
    f"Victim\r\n\r\nBcc: {OTHER}",
    f"{OTHER},",
    f"{OTHER}>, <{OTHER}",
    f"<{OTHER}>",
    f'"<{OTHER}>',
    f'\\", {OTHER}',
    f"({OTHER}) \\",
    f"a;b:c {OTHER};",
    f"=?utf-8?q?x=2C_evil=40example=2Etest?= <{OTHER}>",
    f"=?utf-8?b?ZXZpbEBleGFtcGxlLnRlc3Q=?=, {OTHER}",
    "Ünïcödé Ñame, Ørsted",
    "名前 太郎 \U0001f525",
    f"\u202e\u2028Bcc: {OTHER}\u2029\x85\x0b\x0c\x00",
    "x" * 5000,
    "é" * 5000,
    " ",
    "",
    "@",
    ".",
    "'; DROP TABLE",
]


@pytest.fixture
def box(settings: Any) -> Any:
    with mailbox(settings) as found:
        yield found


def only_goes_to(box: Box, address: str) -> Any:
    """Return the one mail that arrived, once it is sure that it went to this address alone and has our headers alone."""
    ((_, recipients, raw),) = box.arrived
    assert recipients == [address]
    message = parsed(raw)
    assert [one.addr_spec for one in message["To"].addresses] == [address]
    assert len(message["From"].addresses) == 1
    assert set(message.keys()) <= OURS
    assert len(message.keys()) == len(set(message.keys()))
    assert not message.defects
    assert all(len(line) <= 998 for line in raw.splitlines())
    assert message.get_content().strip() == "said"
    return message


@pytest.mark.parametrize("words", HOSTILE)
def test_g12_a_name_or_a_title_adds_no_recipient_and_no_line(box: Box, words: str) -> None:
    headers = {"Auto-Submitted": "auto-generated", "References": f"<a@b> {words[:200]}"}
    mailing.mail(words, VICTIM, f"[HD-1] {words}", "said", key="1:1", headers=headers, from_name=f"{words} help desk")
    message = only_goes_to(box, VICTIM)
    assert str(message["Subject"]).startswith("[HD-1]")
    assert message["From"].addresses[0].addr_spec == "comanaged@localhost"


@pytest.mark.parametrize("words", [word for word in HOSTILE if len(word) < 100 and naming.one_line(word) == word and word.strip()])
def test_g12_a_name_arrives_as_it_is(box: Box, words: str) -> None:
    mailing.mail(words, VICTIM, words, "said", key="1:1")
    message = only_goes_to(box, VICTIM)
    shown = message["To"].addresses[0].display_name  # Python's reader leaves a space between two encoded words, where readers leave none
    assert shown.replace(" ", "") == words.replace(" ", "")
    assert message["Subject"] == words


@hypothesis(max_examples=300)
@given(st.text(max_size=300))
def test_g12_whatever_a_name_holds_its_header_has_one_address(name: str) -> None:
    value = naming.mailbox(name, VICTIM)
    assert value.isascii()
    assert len(value.splitlines()) == 1
    (found,) = parsed(f"To: {value}\n\n".encode())["To"].addresses
    assert found.addr_spec == VICTIM


@pytest.mark.parametrize(
    "address",
    [
        f"{VICTIM}, {OTHER}",
        f"{VICTIM}\nBcc: {OTHER}",
        f"<{VICTIM}>",
        "nobody",
        f"a b {VICTIM}",
        "",
        f"{VICTIM}>",
        '"a"@example.test',
        "a@b@c",
    ],
)
def test_g12_what_is_not_one_address_gets_no_mail(box: Box, address: str) -> None:
    with pytest.raises(naming.NoAddress):
        mailing.mail("Victim", address, "s", "said", key="1:1")
    assert box.arrived == []


def test_g12_what_a_client_and_its_people_are_called_adds_nobody(cast: Cast, settings: Any) -> None:
    tell(cast, 1, name=f"Ivo\r\nBcc: {OTHER}", subject=f"a\r\nBcc: {OTHER}", from_name=f"{OTHER}, Harbor\r\nCc: {OTHER}")
    with mailbox(settings) as box:
        deliver(cast)
    ((_, recipients, raw),) = box.arrived
    assert recipients == ["ivo@example.test"]
    assert not {"Bcc", "Cc"} & set(parsed(raw).keys())


def test_a_client_with_a_domain_of_its_own_sends_from_its_address(box: Box) -> None:
    mailing.mail("Ivo", VICTIM, "s", "said", key="1:1", from_name="Harbor Dental help desk", sender="harbor-dental@mail.example.test")
    ((sender, _, raw),) = box.arrived
    assert sender == "harbor-dental@mail.example.test"
    assert str(parsed(raw)["From"]) == "Harbor Dental help desk <harbor-dental@mail.example.test>"


def test_the_same_key_gives_the_same_name_and_the_host_alone_stands_in_it(box: Box, settings: Any) -> None:
    settings.ADDRESS = "https://portal.example.test:8443"
    for _ in range(2):
        mailing.mail("Ivo", VICTIM, "s", "said", key="1:7")
    assert {message["Message-ID"] for message in box.messages} == {"<notice.1.7@portal.example.test>"}


# --- a mail server that is away


def tell(cast: Cast, count: int, *, name: str = "Ivo", subject: str = "s", from_name: str = "") -> None:
    at = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    to = [access.Person(0, name, "ivo@example.test", "c_tech", Side.INTERNAL)]
    with cast.scope():
        for number in range(count):
            notices.queue(tenant=cast.harbor.pk, to=to, subject=subject, text="said", key=f"{subject}{number}", at=at, from_name=from_name)


def deliver(cast: Cast) -> None:
    known = background.JOBS["notices.deliver"]
    with cast.scope():
        rows = list(Notice.objects.for_tenant(cast.harbor).filter(sent_at=None).order_by("id").values_list("pk", flat=True))
    for row in rows:
        background.perform(known, tenant=cast.harbor.pk, row=row)


def left(cast: Cast) -> list[tuple[int, bool]]:
    with cast.scope():
        rows = Notice.objects.for_tenant(cast.harbor).filter(sent_at=None).order_by("id")
        return [(row.attempts, row.failed_at is not None) for row in rows]


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_a_hanging_mail_server_costs_one_timeout_and_not_one_for_each_notice(cast: Cast, settings: Any) -> None:
    tell(cast, 12)
    with hanging(settings) as calls:
        for _ in range(3):
            background.sweep_table("notices.deliver")
        assert len(calls) == 1, "each call would wait for a timeout of its own"
    assert left(cast) == [(1, False), *[(0, False)] * 11]


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_when_it_is_back_everything_leaves_and_waiting_counted_as_no_try(cast: Cast, settings: Any) -> None:
    tell(cast, 5)
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    send_to(settings, port)
    for _ in range(30):
        background.sweep_table("notices.deliver")
        again(cast)
    assert left(cast) == [(1, False), *[(0, False)] * 4]
    with mailbox(settings) as box:
        background.sweep_table("notices.deliver")
    assert len(box.arrived) == 5
    assert left(cast) == []


@pytest.mark.django_db(transaction=True)
def test_an_address_that_is_never_taken_ends_its_notice_and_no_other(cast: Cast, settings: Any) -> None:
    tell(cast, 1)
    with mailbox(settings) as box:
        box.refuses.add("ivo@example.test")
        deliver(cast)
        assert left(cast) == [(0, True)]
        mailing.mail("Iris", "iris@example.test", "s", "said", key="1:1")
        assert len(box.arrived) == 1


def test_a_door_that_is_shut_opens_by_itself(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    send_to(settings, port)
    with pytest.raises(ConnectionRefusedError):
        mailing.mail("Ivo", VICTIM, "s", "said", key="1:1")
    with pytest.raises(mailing.Away):
        mailing.mail("Ivo", VICTIM, "s", "said", key="1:1")
    monkeypatch.setattr(mailing, "shut_until", time.monotonic() - 1)
    with pytest.raises((ConnectionRefusedError, smtplib.SMTPException)):
        mailing.mail("Ivo", VICTIM, "s", "said", key="1:1")


def again(cast: Cast) -> None:
    with cast.scope(), connection.cursor() as cursor:
        cursor.execute("UPDATE notices_notice SET lease_until = clock_timestamp() - interval '1 second'")

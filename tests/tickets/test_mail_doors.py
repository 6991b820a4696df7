"""Mail comes through doors that say "taken" only once it is stored, and to nobody but clients of ours."""

import asyncio
import json
import logging
import os
import smtplib
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connections
from django.test import Client

from comanaged import logs, tenancy
from comanaged.accounts.models import ApiKey
from comanaged.local import up
from tests.cast import Cast
from tests.tickets.letters import letter, to
from tickets import listening
from tickets.actions import mailing
from tickets.models import InboundMail

pytestmark = pytest.mark.django_db(transaction=True)
IVO = "ivo@example.test"


@pytest.fixture
def door() -> Iterator[int]:
    """The listener itself, on a free port, in a thread."""
    opened = listening.opened(0)
    ready, ends = threading.Event(), {}

    def live() -> None:
        async def main() -> None:
            ends["stop"], ends["loop"] = asyncio.Event(), asyncio.get_running_loop()
            ready.set()
            await listening.serve(opened, ends["stop"])

        asyncio.run(main())

    thread = threading.Thread(target=live)
    thread.start()
    ready.wait(10)
    yield opened.getsockname()[1]
    ends["loop"].call_soon_threadsafe(ends["stop"].set)
    thread.join(20)


def rows(cast: Cast) -> list[InboundMail]:
    with tenancy.only([cast.harbor.pk, cast.pine.pk]):
        return list(InboundMail.objects.for_tenants([cast.harbor.pk, cast.pine.pk]).order_by("id"))


@pytest.mark.parametrize("program", [smtplib.LMTP, smtplib.SMTP])
def test_a_mail_server_delivers_and_the_mail_is_stored_before_it_hears_so(cast: Cast, door: int, program: Any) -> None:
    with program("127.0.0.1", door) as server:
        assert server.sendmail("ivo@example.test", [to(cast.harbor)], letter(IVO, "Smoke.")) == {}
        assert len(rows(cast)) == 1
        server.sendmail("", [to(cast.pine)], letter(IVO, "Fire."))
    first, second = rows(cast)
    assert (first.tenant, first.recipient, first.envelope_from) == (cast.harbor, to(cast.harbor), "ivo@example.test")
    assert (second.tenant, second.envelope_from) == (cast.pine, "")
    assert b"Smoke." in bytes(first.raw)


def test_each_recipient_has_a_row_and_lmtp_an_answer_of_its_own(cast: Cast, door: int) -> None:
    with socket.create_connection(("127.0.0.1", door), timeout=10) as line, line.makefile("rwb") as talk:

        def say(words: str) -> None:
            talk.write(words.encode() + b"\r\n")
            talk.flush()

        def hear() -> str:
            while True:
                heard: str = talk.readline().decode().strip()
                if heard[3:4] != "-":
                    return heard

        hear()
        said = []
        for words in ("LHLO x", "MAIL FROM:<ivo@example.test>", f"RCPT TO:<{to(cast.harbor)}>", f"RCPT TO:<{to(cast.pine)}>", "DATA"):
            say(words)
            said.append(hear()[:3])
        assert said == ["250", "250", "250", "250", "354"]
        talk.write(letter(IVO, "Smoke.").replace(b"\n", b"\r\n") + b"\r\n.\r\n")
        talk.flush()
        assert [hear()[:3], hear()[:3]] == ["250", "250"]
    assert [row.tenant for row in rows(cast)] == [cast.harbor, cast.pine]


def test_it_refuses_what_is_none_of_ours(cast: Cast, door: int) -> None:
    with smtplib.SMTP("127.0.0.1", door) as server:
        server.ehlo()
        server.mail("ivo@example.test")
        for address in (
            f"nobody@{settings.MAIL_DOMAIN}",
            "harbor-dental@elsewhere.example",
            f"northwind@{settings.MAIL_DOMAIN}",
            "harbor-dental",
        ):
            assert server.rcpt(address)[0] == 550
        assert server.rcpt(to(cast.harbor, "a" * 26))[0] == 250  # whose a token is, nobody learns here
    with smtplib.LMTP("127.0.0.1", door) as server, pytest.raises(smtplib.SMTPException) as refusal:
        server.sendmail("ivo@example.test", [to(cast.harbor)], letter(IVO, "x") + b"x\n" * (mailing.BIGGEST // 2 + 10))
    assert "552" in str(refusal.value)
    assert rows(cast) == []


def test_it_says_later_while_the_database_is_away(cast: Cast, door: int, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = letter(IVO, "Smoke.")
    with smtplib.LMTP("127.0.0.1", door) as server:
        for away in ("client_of", "receive"):
            with monkeypatch.context() as broken:
                broken.setattr(mailing, away, lambda *_, **__: (_ for _ in ()).throw(OperationalError("away")))
                with pytest.raises(smtplib.SMTPException) as refusal:
                    server.sendmail("ivo@example.test", [to(cast.harbor)], raw)
            assert "451" in str(refusal.value)
        assert rows(cast) == []
        server.sendmail("ivo@example.test", [to(cast.harbor)], raw)
    assert len(rows(cast)) == 1


def test_a_taken_port_is_said_and_nothing_more() -> None:
    opened = listening.opened(0)
    with opened, pytest.raises(OSError, match="in use"):
        listening.opened(opened.getsockname()[1])


# --- the hook of a mail provider


@pytest.fixture
def hook(cast: Cast) -> str:
    return f"/api/v1/mail/{cast.key(cast.harbor, 'k_ingest')}/"


def test_a_raw_mail_is_stored(cast: Cast, hook: str) -> None:
    raw = letter(IVO, "Smoke.")
    token = to(cast.harbor, "a" * 26)
    said = Client().post(hook + f"?to={token.replace('+', '%2B')}", raw, content_type="message/rfc822")
    assert said.status_code == 202
    (row,) = rows(cast)
    assert said.json() == {"id": str(row.public_id), "duplicate": False}
    assert (row.recipient, bytes(row.raw)) == (token, raw)
    assert Client().post(hook + f"?to={token.replace('+', '%2B')}", raw, content_type="message/rfc822").json()["duplicate"]
    Client().post(hook, letter(IVO, "Fire."), content_type="message/rfc822")
    assert rows(cast)[-1].recipient == to(cast.harbor)
    Client().post(hook + f"?to={to(cast.pine)}", letter(IVO, "Ash."), content_type="message/rfc822")
    assert (rows(cast)[-1].tenant, rows(cast)[-1].recipient) == (cast.harbor, to(cast.harbor))  # the client is the key's


def test_forms_and_json_of_mail_providers_are_understood(cast: Cast, hook: str) -> None:
    text = letter(IVO, "Smoke.").decode()
    assert Client().post(hook, {"body-mime": text, "recipient": to(cast.harbor), "sender": IVO}).status_code == 202
    envelope = json.dumps({"to": [to(cast.harbor)], "from": IVO})
    assert Client().post(hook, {"email": letter(IVO, "Fire ü.").decode(), "envelope": envelope}).status_code == 202
    body = {"RawEmail": letter(IVO, "Ash.").decode(), "OriginalRecipient": to(cast.harbor)}
    assert Client().post(hook, json.dumps(body), content_type="application/json").status_code == 202
    form = "body-mime=From%3A+ivo%40example.test%0A%0AFlood.&sender=ivo%40example.test"
    assert Client().post(hook, form, content_type="application/x-www-form-urlencoded").status_code == 202
    found = rows(cast)
    assert [b"Smoke." in bytes(found[0].raw), b"Ash." in bytes(found[2].raw), b"Flood." in bytes(found[3].raw)] == [True] * 3
    assert [row.envelope_from for row in found] == [IVO, IVO, None, IVO]


def test_what_is_no_mail_or_no_key_is_refused_in_words(cast: Cast, hook: str) -> None:
    def status(address: str, body: bytes, kind: str) -> int:
        said = Client().post(address, body, content_type=kind)
        assert said.headers["Content-Type"] == "application/problem+json"
        return said.status_code

    assert status("/api/v1/mail/ck_00000000_aaaaaaaaaaaaaaaaaaaaaaaaaaaa/", b"x", "message/rfc822") == 404
    assert status(f"/api/v1/mail/{cast.key(cast.harbor, 'k_read')}/", b"x", "message/rfc822") == 404
    assert status(hook, b"", "message/rfc822") == 422
    assert status(hook, b"{}", "application/json") == 422
    assert status(hook, b"{", "application/json") == 400
    assert status(hook, b"x", "image/png") == 415
    assert status(hook, b"x" * (mailing.BIGGEST + 1), "message/rfc822") == 413
    assert Client().get(hook).status_code == 405
    ApiKey.objects.update(revoked_at=ApiKey.objects.all()[0].created_at)
    assert status(hook, b"From: a@b.example\n\nx", "message/rfc822") == 404
    assert rows(cast) == []
    connections.close_all()


# --- the one-command run


def test_a_taken_port_keeps_mail_out_and_stops_nothing_else(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with listening.opened(0) as taken:
        monkeypatch.setenv("COMANAGED_MAIL_PORT", str(taken.getsockname()[1]))
        assert up.mail_door(8000) is None
    assert "Mail is not taken" in capsys.readouterr().out
    door = up.mail_door(8000)
    assert door is not None
    with door:
        assert door.getsockname() == ("127.0.0.1", int(os.environ["COMANAGED_MAIL_PORT"]))


def test_no_log_line_holds_the_key_of_a_hook() -> None:
    for path in ("/api/v1/mail/s3cret/", "/api/v1/mail//s3cret", "/api%2Fv1%2Fmail%2Fs3cret"):
        record = logging.LogRecord("x", logging.INFO, "x", 1, "POST %s", (path,), None)
        logs.MaskKeys().filter(record)
        assert "s3cret" not in record.getMessage()
    record = logging.LogRecord("x", logging.INFO, "x", 1, "GET /harbor-dental/mail/held/", (), None)
    logs.MaskKeys().filter(record)
    assert record.getMessage() == "GET /harbor-dental/mail/held/"

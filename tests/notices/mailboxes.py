"""A mail server on this machine that keeps what it is sent, one that hangs, and a way to die between sending and marking."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.mail.backends.smtp import EmailBackend

from comanaged.notices import mailing


@dataclass
class Box:
    """What arrived: envelope and message of each mail; addresses in `refuses` are never taken."""

    port: int = 0
    arrived: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)

    @property
    def messages(self) -> list[EmailMessage]:
        return [parsed(raw) for _, _, raw in self.arrived]


@dataclass
class Postman:
    """Puts mail into a box. He is not the box, since every attribute of whoever takes mail is looked at again at every call."""

    box: Box

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        if address in self.box.refuses:
            return "550 5.1.1 nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        self.box.arrived.append((envelope.mail_from or "", list(envelope.rcpt_tos), content))
        return "250 OK"


class Deadly(EmailBackend):
    """Hands one message over, and then the process is gone."""

    def send_messages(self, email_messages: Any) -> int:
        super().send_messages(email_messages)
        os._exit(9)


def parsed(raw: bytes) -> EmailMessage:
    """Return a mail as Python's own reader understands it."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@contextmanager
def mailbox(settings: Any) -> Iterator[Box]:
    """Let mail go to a server of our own, over the wire."""
    box = Box()
    with socket.create_server(("127.0.0.1", 0)) as free:
        box.port = free.getsockname()[1]
    controller = Controller(
        Postman(box), hostname="127.0.0.1", port=box.port, server_hostname="localhost"
    )  # else it looks itself up at each call
    controller.start()
    try:
        send_to(settings, box.port)
        yield box
    finally:
        controller.stop()


@contextmanager
def hanging(settings: Any) -> Iterator[list[float]]:
    """Let mail go to a server that takes every call and never says a word; yields one entry for each call."""
    server = socket.create_server(("127.0.0.1", 0))
    calls: list[Any] = []

    def listen() -> None:
        while True:
            try:
                calls.append(server.accept()[0])
            except OSError:
                return

    threading.Thread(target=listen, daemon=True).start()
    try:
        send_to(settings, server.getsockname()[1])
        yield calls
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        for call in calls:
            call.close()


def send_to(settings: Any, port: int) -> None:
    """Let mail leave by SMTP to a port of this machine, by a door that stands open."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 2
    mailing.shut_until = 0.0

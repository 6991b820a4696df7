"""A door for mail servers on this machine: SMTP and LMTP. 250 is said only once a mail is stored, for each of its recipients."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session, syntax
from django.db import Error as DatabaseError
from django.db import close_old_connections
from django.utils import timezone

from tickets.actions import mailing

log = logging.getLogger(__name__)
Found = TypeVar("Found")

MOST = 100  # recipients of one mail
LONGEST_LINE = 1_000_000  # bytes; programs write far longer lines than they should
GONE, BUSY = "550 5.1.1 There is no such address here", "452 4.5.3 Too many recipients, send the rest apart"
LATER, LARGE = "451 4.3.0 It could not be stored, try again", "552 5.3.4 A mail may have 36 MB"


class Door(SMTP):
    """One conversation. Who says LHLO is answered for each recipient by itself, who says EHLO once for all."""

    line_length_limit = LONGEST_LINE
    alone = False  # LMTP and nothing else
    lmtp = False

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, arg: str) -> None:  # noqa: N802 - the library finds it by this name
        """Greet as LMTP does."""
        self.lmtp = self.event_handler.lmtp = True
        await super().smtp_EHLO(arg)

    async def smtp_EHLO(self, arg: str) -> None:  # noqa: N802 - the library finds it by this name
        if self.alone:
            await self.push("500 Say LHLO; this is LMTP")
            return
        await super().smtp_EHLO(arg)

    async def smtp_HELO(self, arg: str) -> None:  # noqa: N802 - the library finds it by this name
        if self.alone:
            await self.push("500 Say LHLO; this is LMTP")
            return
        await super().smtp_HELO(arg)


class Clerk:
    """Takes the mails of one conversation."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self.threads = threads
        self.lmtp = False

    async def handle_RCPT(  # noqa: N802 - the library's hook
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient that is a client of ours."""
        if len(envelope.rcpt_tos) >= MOST:
            return BUSY
        try:
            client = await self.apart(mailing.client_of, address)
        except DatabaseError:
            return LATER
        if client is None:
            return GONE
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's hook
        """Store the mail for each recipient, and say what became of it."""
        said = [await self.store(address, envelope) for address in envelope.rcpt_tos]
        if self.lmtp:
            return "\r\n".join(said)
        return next((one for one in said if not one.startswith("250")), said[0])

    async def store(self, address: str, envelope: Envelope) -> str:
        try:
            return await self.apart(store, address, bytes(envelope.original_content or b""), (envelope.mail_from or "").strip("<>"))
        except DatabaseError as trouble:
            log.warning("A mail could not be stored (%s); its sender tries again.", type(trouble).__name__)
            return LATER

    async def apart(self, work: Callable[..., Found], *given: object) -> Found:
        """Do what talks to the database in a thread of its own."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, partial(fresh, work, *given))


def fresh(work: Callable[..., Found], *given: object) -> Found:
    """Do something with a connection that is not dead."""
    close_old_connections()
    try:
        return work(*given)
    finally:
        close_old_connections()


def store(address: str, raw: bytes, envelope_from: str) -> str:
    """Store a mail for one recipient; return what is said to who brings it."""
    client = mailing.client_of(address)
    if client is None:
        return GONE
    try:
        kept = mailing.receive(client, raw, address, envelope_from, at=timezone.now(), by_server=True)
    except mailing.TooLarge:
        return LARGE
    return f"250 2.0.0 Stored as {kept.public_id}"


def opened(port: int, host: str = "127.0.0.1") -> socket.socket:
    """Return a socket that listens, on this machine alone unless told otherwise. Raises OSError where the port is taken."""
    door = socket.socket(socket.AF_INET)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
        door.listen(64)
    except OSError:
        door.close()
        raise
    return door


async def serve(door: socket.socket, stop: asyncio.Event, *, lmtp: bool = False) -> None:
    """Take mail until `stop` is set; what is being stored then is stored first."""
    with ThreadPoolExecutor(max_workers=4, thread_name_prefix="mail") as threads:

        def converse() -> Door:
            talk = Door(
                Clerk(threads),
                data_size_limit=mailing.BIGGEST,
                enable_SMTPUTF8=True,
                hostname="comanaged",
                ident="mail",
                timeout=120,
                auth_required=False,
                auth_exclude_mechanism=["LOGIN", "PLAIN"],
            )
            talk.alone = lmtp
            return talk

        server = await asyncio.get_running_loop().create_server(converse, sock=door)
        async with server:
            await stop.wait()


def run(door: socket.socket, *, lmtp: bool = False) -> None:
    """Take mail until the process is told to end."""

    async def until_told() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await serve(door, stop, lmtp=lmtp)

    asyncio.run(until_told())

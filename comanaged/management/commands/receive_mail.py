"""Take mail from a mail server on this machine, by SMTP or LMTP; on the loopback alone, unless a container has a network of its own."""

import logging
import socket
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from comanaged import guard
from tickets import listening

HOST, PORT = "127.0.0.1", 8025
log = logging.getLogger(__name__)


class Command(BaseCommand):
    """A process of its own beside web, worker and beat."""

    help = "Takes mail for clients' addresses from a mail server on this machine, stores it, and leaves the reading to the workers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--host", default=HOST, help=f"the address of this machine to listen at (default {HOST}); never one that strangers reach"
        )
        parser.add_argument("--port", type=int, default=PORT, help=f"default {PORT}")
        parser.add_argument("--lmtp", action="store_true", help="speak LMTP alone; without it both are understood")
        parser.add_argument("--fd", type=int, help="a socket that listens already, instead of a port")

    def handle(self, *args: Any, **options: Any) -> None:
        guard.refuse_unsafe()
        try:
            door = socket.socket(fileno=options["fd"]) if options["fd"] is not None else listening.opened(options["port"], options["host"])
        except (OSError, OverflowError) as trouble:
            self.stderr.write(
                f"Port {options['port']} cannot be opened: {getattr(trouble, 'strerror', '') or trouble}. Choose another with --port."
            )
            raise SystemExit(2) from None
        log.info("Mail is taken at %s:%s.", *door.getsockname()[:2])
        listening.run(door, lmtp=options["lmtp"])

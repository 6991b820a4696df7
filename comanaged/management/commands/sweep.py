"""The sweeper: every two seconds ask the rows what is undone and do it, with or without a broker."""

import logging
import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from comanaged import background, guard

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """A process of its own beside web, worker and beat."""

    help = "Do outstanding work straight from the rows, over and over."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=2.0, help="seconds between two rounds")
        parser.add_argument("--once", action="store_true", help="one round, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        guard.refuse_unsafe()
        if options["once"]:
            background.sweep()
            return
        stop = threading.Event()

        def end(number: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        log.info("The sweeper asks every %s s.", options["every"])
        while not stop.is_set():
            if not background.sweep():
                stop.wait(options["every"])

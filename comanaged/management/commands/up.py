"""Start everything on this machine and print the address to open."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from comanaged.local import home, up
from comanaged.local.process import Unstartable


class Command(BaseCommand):
    """`manage.py up`."""

    help = "Starts everything on this machine: database, broker, web, worker, timetable, sweeper. Ctrl-C stops it."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", metavar="DIR", help="where the data lies; .comanaged beside manage.py when not given")
        parser.add_argument("--port", type=int, help="the port; the next free one from 8000 on when not given")
        parser.add_argument("--host", default="127.0.0.1", help="the interface; this machine alone when not given")
        parser.add_argument("--address", default="", help="the https address people use, when a proxy stands in front")
        parser.add_argument("--no-demo", action="store_false", dest="demo", help="begin empty, without the demonstration")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(os.environ[home.DATA])  # --data was read before the settings were
        wish = up.Wish(folder, options["host"], options["port"], options["address"], options["demo"])
        try:
            up.run(wish)
        except Unstartable as refusal:
            sys.exit(str(refusal))

"""Load the demonstration."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from comanaged.local import home
from comanaged.local.demo import load


class Command(BaseCommand):
    """`manage.py demo`."""

    help = (
        "Fills an empty installation with two clients, their provider and thirty days of work. `up` does it by itself at the first start."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        password = home.Home(Path(os.environ[home.DATA])).own_secrets()["demo_password"]
        if not load.load(password, now=timezone.now()):
            self.stdout.write("There is something here already, so the demonstration was not loaded.")

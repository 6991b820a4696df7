"""Accounts, listening to the parts below from the start of every process."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class Accounts(AppConfig):
    """The app; its receivers are known once all models are."""

    name = "comanaged.accounts"

    def ready(self) -> None:
        """Connect what listens."""
        autodiscover_modules("receivers")

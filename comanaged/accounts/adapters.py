"""How sign-in differs from the library's own: by invitation only, tries counted one at a time, secrets stored encrypted."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest

from comanaged import sealing


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up; parallel guesses at one address wait for each other, so that ten are counted as ten."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Our own name and address stand in a mail, whatever host or port the request named."""
        ours = {name: str(settings.ADDRESS) + urlsplit(value).path for name, value in context.items() if name.endswith("url") and value}
        site = SimpleNamespace(name="Comanaged", domain=urlsplit(settings.ADDRESS).netloc)
        super().send_mail(template_prefix, email, context | ours | {"current_site": site})

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        address = str(credentials.get("email") or credentials.get("username") or "")
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [address.lower()])
            return super().authenticate(request, **credentials)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors are unreadable without the installation's field key."""

    def encrypt(self, text: str) -> str:
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text)

"""Secrets that have to be read again, such as the address of a chat's room, are kept unreadable without the installation's field key."""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def seal(text: str) -> str:
    """Return a text as it is kept."""
    return cipher().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return a text that was kept; raise InvalidToken when it was kept under a key that is not here."""
    return cipher().decrypt(sealed.encode()).decode()


def cipher() -> MultiFernet:
    """Return the cipher of this installation: the field key seals, former ones still open what they sealed."""
    return MultiFernet([Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in keys()])


def keys() -> list[str]:
    """Return the field key, then the former ones."""
    return [settings.FIELD_KEY, *settings.FORMER_FIELD_KEYS]

"""Every address we serve, with the action each of its methods declares."""

import re
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

# The library's own pages, and which action or public route each is.
LIBRARY = {
    "account_login": "login",
    "account_logout": "logout",
    "account_signup": "login",  # closed: it says that people come by invitation
    "account_inactive": "login",
    "account_confirm_login_code": "login",
    "account_reset_password": "password_reset_ask",
    "account_reset_password_done": "password_reset_ask",
    "account_reset_password_from_key": "password_reset_use",
    "account_reset_password_from_key_done": "password_reset_use",
    "account_confirm_email": "password_reset_use",
    "account_email_verification_sent": "login",
    "account_reauthenticate": "account.manage_own",
    "account_email": "account.manage_own",
    "account_change_password": "account.manage_own",
    "account_set_password": "account.manage_own",
    "mfa_authenticate": "second_factor",
    "mfa_login_webauthn": "second_factor",
    "mfa_trust": "second_factor",
    "usersessions_list": "session.end_own",
}


@dataclass(frozen=True)
class Address:
    """One pattern of the site map."""

    route: str
    name: str
    actions: dict[str, str]
    page: bool
    rooms: frozenset[str] = frozenset()

    @property
    def words(self) -> list[str]:
        return re.findall(r"<(?:\w+:)?(\w+)>", self.route)

    @property
    def braced(self) -> str:
        """The address as a description of an API writes it."""
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", self.route)

    def at(self, values: dict[str, Any]) -> str:
        """Return the address with every word filled in; KeyError names a word that has no value yet."""
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found.group(1)]), self.route)


def addresses() -> list[Address]:
    """Return the whole site map."""
    return walk(get_resolver().url_patterns, "")


def walk(patterns: list[URLPattern | URLResolver], before: str) -> list[Address]:
    """Return the addresses below some patterns."""
    found: list[Address] = []
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += walk(pattern.url_patterns, route)
        else:
            found.append(described(pattern, route))
    return found


def described(pattern: URLPattern, route: str) -> Address:
    """Return one address with what its view declares."""
    view = pattern.callback
    name = pattern.name or ""
    by_method = getattr(getattr(view, "cls", None), "actions", None)
    if by_method is not None:
        return Address(route, name, dict(by_method), page=False)
    action = getattr(view, "action", None) or library_action(view, name)
    return Address(route, name, {"": action} if action else {}, not route.startswith("api/"), getattr(view, "rooms", frozenset()))


def library_action(view: Any, name: str) -> str | None:
    """Return the action of a page that the sign-in library brings."""
    if not view.__module__.startswith("allauth."):
        return None
    return LIBRARY.get(name) or ("account.manage_own" if name.startswith("mfa_") else None)

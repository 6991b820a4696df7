"""Where our server may connect to: which spelling of an address is taken, and which number is outside.

Everything that is not plainly a public name or number is refused: there is no reason to write an address of the public net in any other way.
"""

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

LONGEST = 2000
DEFAULT = {"https": 443, "http": 80}
LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
Number = ipaddress.IPv4Address | ipaddress.IPv6Address
NET = ipaddress.ip_network
UNICAST = NET("2000::/3")
NAT64 = NET("64:ff9b::/96")
# parts of 2000::/3 and of the old numbers that are no place of their own, whatever a version of the standard library says of them
NOWHERE = tuple(
    NET(word) for word in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24")
)
TUNNEL = (0x00005EFE, 0x02005EFE)  # ISATAP: the rest of the number is an old one


class NotOutside(Exception):
    """An address that our server does not connect to; the text says why, to who wrote it."""


@dataclass(frozen=True)
class Target:
    """An address that may be asked for: the name that is shown and verified, the port, what is asked there."""

    secure: bool
    host: str
    port: int
    path: str
    inside: bool = False  # the operator of this installation named it

    @property
    def place(self) -> str:
        """Return what may be shown of it, and what is asked for in the Host header."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == DEFAULT["https" if self.secure else "http"] else f"{name}:{self.port}"


def target_of(address: str, inside: Collection[str] = ()) -> Target:
    """Read an address; `inside` are the places, as host:port, that the operator of the installation allows besides.

    Raises NotOutside with a sentence for who typed it.
    """
    if not address or len(address) > LONGEST or not all("!" <= letter <= "~" for letter in address) or "\\" in address:
        raise NotOutside("Write the address in plain letters without spaces, such as https://hooks.example.com/comanaged.")
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise NotOutside("This is no address. Look for a letter too much in the name or in the port.") from None
    scheme = parts.scheme.lower()
    if "@" in parts.netloc:
        raise NotOutside("Leave the name and the password out of the address.")
    if scheme not in DEFAULT or not host:
        raise NotOutside("Begin the address with https:// and the name of the host.")
    port = DEFAULT[scheme] if port is None else port
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(scheme == "https", host, port, path, f"{host}:{port}" in inside)
    if not target.inside:
        _fit(target)
    return target


def number_of(host: str) -> Number | None:
    """Return the number that a host is, None for a name. Raises NotOutside for a number in any but its plain spelling."""
    if ":" in host:
        try:
            return ipaddress.IPv6Address(host) if "%" not in host else None
        except ValueError:
            raise NotOutside("This is no address of a host.") from None
    if not NUMBER.fullmatch(host.rsplit(".", 1)[-1]):
        return None
    try:
        return ipaddress.IPv4Address(host)
    except ValueError:
        raise NotOutside("Write the number of the host as four numbers, such as 203.0.113.7, or its name.") from None


def outside(number: Number) -> Number | None:
    """Return the number to connect to when it lies in the public net, unwrapped where it only wraps an older one; None when it does not."""
    if isinstance(number, ipaddress.IPv6Address):
        if number.ipv4_mapped:
            return outside(number.ipv4_mapped)
        if number in NAT64:  # the way to the old net where there is only the new one
            return number if outside(ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)) else None
        if number not in UNICAST or number.scope_id or (int(number) >> 32) & 0xFFFFFFFF in TUNNEL:
            return None
    plain = number.is_global and not (number.is_multicast or number.is_reserved or number.is_private or number.is_unspecified)
    return number if plain and not any(number in net for net in NOWHERE) else None


def _fit(target: Target) -> None:
    """Refuse what is no name and no number of the public net, and every other way than https on its own port."""
    if not target.secure:
        raise NotOutside("Use https. What is sent unencrypted can be read on its way.")
    if target.port != DEFAULT["https"]:
        raise NotOutside(f"Use the port {DEFAULT['https']}. Who runs this installation can allow another.")
    number = number_of(target.host)
    if number is not None:
        if outside(number) is None:
            raise NotOutside("This address lies inside a network. Who runs this installation can allow it.")
        return
    labels = target.host.split(".")
    if len(labels) < 2 or not all(LABEL.fullmatch(label) for label in labels) or len(target.host) > 253:  # noqa: PLR2004 - a name has a domain; so long names may be
        raise NotOutside("Write the full name of the host, such as hooks.example.com.")

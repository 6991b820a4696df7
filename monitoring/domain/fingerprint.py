"""Which trouble a signal speaks of: one fingerprint per client, source and stable key, whatever its severity, time or words are."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fingerprint:
    """The hash that names one trouble; `weak` where only the asset and the condition's name could be used."""

    digest: str
    weak: bool = False


def of(client: int, source: int, *, native_key: str, key_fields: Sequence[str], asset: str, condition: str) -> Fingerprint:
    """Return the fingerprint by the best key there is: the sender's own, the mapping's fields, else asset and condition."""
    if native_key:
        return Fingerprint(_digest(client, source, "native", native_key))
    if key_fields:
        return Fingerprint(_digest(client, source, "fields", *key_fields))
    return Fingerprint(_digest(client, source, "weak", asset.casefold(), condition), weak=True)


def _digest(*parts: int | str) -> str:
    """Hash the parts so that no two lists of parts are the same text."""
    written = "".join(f"{len(str(part))}:{part}," for part in parts)
    return hashlib.sha256(written.encode()).hexdigest()

"""The senders known from the start: one data file each under mappings/."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import yaml

from monitoring.sources import mapping

FOLDER = Path(__file__).parent / "mappings"


def _load() -> Mapping[str, mapping.Mapping]:
    return MappingProxyType({file.stem: mapping.parse(yaml.safe_load(file.read_text())) for file in sorted(FOLDER.glob("*.yaml"))})


MAPPINGS = _load()
NAMES: Mapping[str, str] = MappingProxyType({kind: found.name for kind, found in MAPPINGS.items()})

"""The senders known from the start: one data file each under mappings/."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import yaml

from monitoring.sources import mapping

# Other words by which people call them.
ALSO: Mapping[str, str] = MappingProxyType(
    {
        "own": "generic",
        "comanaged": "generic",
        "json": "generic",
        "alertmanager-v4": "alertmanager",
        "prometheus": "alertmanager",
        "grafana": "alertmanager",
        "pagerduty-v2": "pagerduty",
        "pagerduty-events-v2": "pagerduty",
        "sns": "cloudwatch",
        "aws-sns": "cloudwatch",
        "aws-cloudwatch": "cloudwatch",
        "cloudwatch-sns": "cloudwatch",
        "aws-cloudwatch-sns": "cloudwatch",
        "azure-monitor": "azure",
        "kuma": "uptime-kuma",
    }
)
FOLDER = Path(__file__).parent / "mappings"


def _load() -> Mapping[str, mapping.Mapping]:
    return MappingProxyType({file.stem: mapping.parse(yaml.safe_load(file.read_text())) for file in sorted(FOLDER.glob("*.yaml"))})


MAPPINGS = _load()
NAMES: Mapping[str, str] = MappingProxyType({kind: found.name for kind, found in MAPPINGS.items()})


def called(word: str) -> str:
    """Return the kind that a word means; a word nobody uses stays as it is."""
    plain = word.strip().lower().replace("_", "-").replace(" ", "-")
    return ALSO.get(plain, plain)

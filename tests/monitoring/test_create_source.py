"""The command that adds a source, also for a sender nobody has heard of."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from monitoring.sources import kinds
from tests.cast import Cast
from tests.monitoring.build import alerts, read_all

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])


def test_a_sender_nobody_has_heard_of_is_added_by_a_mapping_file_alone(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mapping = tmp_path / "panel.yaml"
    mapping.write_text(
        "fields: {title: kind, asset: panel, kind: {from: restored, map: {'true': resolve, 'false': trigger}}}\nkey: [panel, kind]\n"
    )
    call_command("create_source", "harbor-dental", "Alarm panel", "--mapping", str(mapping))
    address = capsys.readouterr().out.split()[-1].strip('"}')
    path = address[address.index("/api/") :]
    for restored in (False, True):
        body = {"kind": "FORCED", "panel": "Eastside", "restored": restored}
        assert Client().post(path, body, content_type="application/json").status_code == 202
    read_all(cast.harbor)
    assert [(alert.title, alert.asset, alert.state) for alert in alerts(cast.harbor)] == [("FORCED", "Eastside", "RESOLVED")]


@pytest.mark.parametrize("content", ["fields: {", "fields: {}", "\x00"])
def test_a_mapping_file_that_cannot_be_used_is_refused_in_words(cast: Cast, tmp_path: Path, content: str) -> None:
    mapping = tmp_path / "wrong.yaml"
    mapping.write_text(content)
    with pytest.raises(CommandError, match="mapping"):
        call_command("create_source", "harbor-dental", "Alarm panel", "--mapping", str(mapping))


@pytest.mark.parametrize(
    ("word", "kind"), [("own", "generic"), ("PagerDuty_Events_v2", "pagerduty"), ("aws-cloudwatch", "cloudwatch"), ("zabbix", "zabbix")]
)
def test_a_kind_may_be_called_by_its_other_names(word: str, kind: str) -> None:
    assert kinds.called(word) == kind


def test_every_other_name_means_a_kind_there_is() -> None:
    assert set(kinds.ALSO.values()) <= set(kinds.NAMES)
    assert not set(kinds.ALSO) & set(kinds.NAMES)

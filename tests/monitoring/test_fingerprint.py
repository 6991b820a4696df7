"""What names a trouble, and which troubles share a ticket."""

from comanaged.vocabulary import AlertSeverity, Priority
from monitoring.domain import fingerprint, urgency


def of(**parts: object) -> fingerprint.Fingerprint:
    given = {"native_key": "", "key_fields": (), "asset": "web1", "condition": "disk"} | parts
    return fingerprint.of(1, 1, **given)  # type: ignore[arg-type]


def test_the_senders_own_key_comes_before_fields_and_fields_before_asset_and_condition() -> None:
    assert of(native_key="k", key_fields=("a",)) == of(native_key="k", asset="other")
    assert of(key_fields=("a",)) == of(key_fields=("a",), condition="other")
    assert of().weak
    assert not of(key_fields=("a",)).weak


def test_client_and_source_are_part_of_every_fingerprint() -> None:
    digests = {fingerprint.of(c, s, native_key="k", key_fields=(), asset="", condition="").digest for c in (1, 2) for s in (1, 2)}
    assert len(digests) == 4


def test_no_two_lists_of_fields_make_one_fingerprint() -> None:
    assert of(key_fields=("ab", "c")) != of(key_fields=("a", "bc"))
    assert of(key_fields=("1:a,",)) != of(key_fields=("1:a", ""))


def test_one_asset_and_check_share_a_ticket_and_without_an_asset_each_trouble_has_its_own() -> None:
    def condition(asset: str, mark: str) -> str:
        return urgency.condition_of(asset, "CPU", title="t", fingerprint=mark)

    assert condition("andromeda", "1") == condition("Andromeda", "2")
    assert condition("", "1") != condition("", "2")


def test_information_needs_nobody_unless_the_source_says_so_and_the_unknown_does() -> None:
    assert not urgency.needs_person(AlertSeverity.INFO, {})
    assert urgency.needs_person(AlertSeverity.INFO, {"tickets_for_info": True})
    assert urgency.needs_person(AlertSeverity.UNKNOWN, {})
    assert urgency.of_alert(AlertSeverity.UNKNOWN) is Priority.P3

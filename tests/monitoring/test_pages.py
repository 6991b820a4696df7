"""The pages of alerts, sources and backups: each works, hides from strangers, refuses the wrong role, says why, and asks little."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comanaged import background
from comanaged.audit import trail
from monitoring.models import Alert, Check, Evidence, Policy
from tests.cast import Cast
from tests.monitoring.bodies import VEEAM, sample
from tests.monitoring.build import alerts, hands_in, read_all, sender

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])

AS_OF = datetime(2020, 7, 30, 2, tzinfo=UTC)
HARBOR = "/harbor-dental"
BUDGET = 22


def fire(cast: Cast, *titles: str, **said: Any) -> list[Alert]:
    watcher = sender(cast.harbor)
    for title in titles:
        watcher.posts({"title": title, "asset": title, "severity": "high"} | said)
    read_all(cast.harbor)
    return alerts(cast.harbor)


def text_of(answer: Any) -> str:
    return answer.content.decode()


@pytest.mark.parametrize(
    ("address", "wrong_role"),
    [
        ("/alerts/", None), ("/sources/", "Tariq-never"), ("/sources/new/", "Ivo"), ("/proof/backups/", None),
        ("/proof/backups/upload/", "Lena"), ("/proof/backups/policy/", "Ivo"),
    ],
)  # fmt: skip
def test_each_page_opens_hides_from_strangers_and_refuses_the_wrong_role(cast: Cast, address: str, wrong_role: str | None) -> None:
    assert cast.browser("Iris").get(HARBOR + address).status_code == 200
    assert cast.browser("Olga").get(HARBOR + address).status_code == 404
    assert cast.browser("Pine's manager").get(HARBOR + address).status_code == 404
    if wrong_role in cast.people:
        refused = cast.browser(str(wrong_role)).get(HARBOR + address)
        assert refused.status_code == 403
        assert "can do this" in text_of(refused)


def test_the_list_shows_what_fires_whose_it_is_and_its_ticket(cast: Cast) -> None:
    (alert,) = fire(cast, "Disk full on db1")
    page = text_of(cast.browser("Iris").get(f"{HARBOR}/alerts/"))
    assert "Disk full on db1" in page
    assert f"Ticket {alert.ticket.number}" in page  # type: ignore[union-attr]
    assert alert.subject in page
    assert "<title>Alerts, 1 open - Harbor Dental</title>" in page


def test_the_list_is_filtered_by_what_the_address_says_and_goes_on_page_by_page(cast: Cast) -> None:
    fire(cast, *(f"Trouble {number:02}" for number in range(55)))
    iris = cast.browser("Iris")
    first = iris.get(f"{HARBOR}/alerts/?severity=high")
    assert text_of(first).count('class="subj"') == 50
    second = iris.get(f"{HARBOR}/alerts/{first.context['next']}")
    assert text_of(second).count('class="subj"') == 5
    assert "Trouble 00" in text_of(second)
    assert "No alert is like this" not in text_of(iris.get(f"{HARBOR}/alerts/?severity=high"))
    assert text_of(iris.get(f"{HARBOR}/alerts/?severity=critical")).count('class="subj"') == 0
    assert text_of(iris.get(f"{HARBOR}/alerts/?state=resolved")).count('class="subj"') == 0
    assert iris.get(f"{HARBOR}/alerts/?after=nonsense").status_code == 404


def test_the_list_asks_the_same_however_long_it_is(cast: Cast) -> None:
    iris = cast.browser("Iris")
    counts = []
    for titles in (["one"], [f"more {number}" for number in range(20)]):
        fire(cast, *titles)
        with CaptureQueriesContext(connection) as asked:
            iris.get(f"{HARBOR}/alerts/")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= BUDGET


def test_one_alert_says_what_whose_and_why(cast: Cast) -> None:
    (alert,) = fire(cast, "Disk full", text="97% of C:", occurred_at="2026-02-03T16:00:00Z")
    page = text_of(cast.browser("Lena").get(f"{HARBOR}/alerts/{alert.public_id}/"))
    for words in ("97% of C:", alert.because, "odd clock", "Why it came here", *alert.trace):
        assert str(words).replace("'", "&#x27;") in page
    assert "Acknowledge</button>" not in page
    foreign = cast.browser("Pine's manager").get(f"/pine-clinics/alerts/{alert.public_id}/")
    assert foreign.status_code == 404


def test_what_a_sender_writes_never_runs(cast: Cast) -> None:
    (alert,) = fire(cast, "<script>alert(1)</script>", url="javascript:alert(1)", labels={"<b>": "<img src=x onerror=y>"})
    page = text_of(cast.browser("Iris").get(f"{HARBOR}/alerts/{alert.public_id}/"))
    assert "<script>alert" not in page
    assert "javascript:" not in page
    assert "<img src=x" not in page


def test_a_person_acknowledges_and_the_second_is_told(cast: Cast) -> None:
    (alert,) = fire(cast, "Disk full")
    address = f"{HARBOR}/alerts/{alert.public_id}/acknowledge/"
    assert cast.browser("Tariq").post(address).status_code == 302
    assert "seen by Tariq" in text_of(cast.browser("Iris").get(f"{HARBOR}/alerts/"))
    second = cast.browser("Ivo").post(address)
    assert second.status_code == 422
    assert "Tariq has seen it already." in text_of(second)
    assert cast.browser("Lena").post(address).status_code == 403


def test_a_person_ends_what_its_source_cannot_and_says_why(cast: Cast) -> None:
    (alert,) = fire(cast, "Disk full")
    address = f"{HARBOR}/alerts/{alert.public_id}/over/"
    refused = cast.browser("Ivo").post(address, {"reason": "short"})
    assert refused.status_code == 422
    assert "short" in text_of(refused)
    assert cast.browser("Ivo").post(address, {"reason": "The server was taken away."}).status_code == 302
    assert alerts(cast.harbor)[0].state == "RESOLVED"


def test_silent_sources_and_odd_messages_are_shown(cast: Cast) -> None:
    watcher = sender(cast.harbor, "alertmanager")
    watcher.says(b"not JSON")
    with cast.scope():
        watcher.source.__class__.objects.for_tenant(cast.harbor).update(last_event_at=datetime(2026, 1, 5, tzinfo=UTC))
    iris = cast.browser("Iris")
    page = text_of(iris.get(f"{HARBOR}/sources/"))
    assert "silent" in page
    assert "The message is not JSON: line 1, column 1." in page
    assert "1 source silent" in text_of(iris.get(f"{HARBOR}/alerts/"))


def test_a_manager_adds_a_source_of_any_sender_by_a_mapping_alone(cast: Cast) -> None:
    form = {
        "name": "Alarm panel",
        "kind": "custom",
        "duty": "monitoring.triage",
        "mapping": '{"fields": {"title": "what", "asset": "where"}}',
    }
    tess = cast.browser("Tess")
    made = tess.post(f"{HARBOR}/sources/new/", form)
    address = made.context["made"].address
    assert address in text_of(made)
    assert (
        tess.post(
            address.removeprefix("http://testserver"), b'{"what": "Forced entry", "where": "Eastside"}', content_type="application/json"
        ).status_code
        == 202
    )
    read_all(cast.harbor)
    assert [(alert.title, alert.asset) for alert in alerts(cast.harbor)] == [("Forced entry", "Eastside")]
    for mapping, words in (("{", "not JSON"), ("[]", "one JSON object"), ('{"fields": {}}', "no title"), ("", "needs a mapping")):
        refused = tess.post(f"{HARBOR}/sources/new/", form | {"mapping": mapping})
        assert refused.status_code == 422
        assert words in text_of(refused)


def upload(content: bytes, **said: str) -> dict[str, Any]:
    form = {"as_of": "2020-07-30T02:00", "date_order": "MDY", "zone": "UTC"} | said
    return form | {"file": SimpleUploadedFile("sessions.csv", content)}


def test_a_list_is_shown_before_it_counts_and_counts_when_handed_in(cast: Cast) -> None:
    ivo = cast.browser("Ivo")
    seen = ivo.post(f"{HARBOR}/proof/backups/upload/", upload(sample(VEEAM)))
    assert seen.status_code == 200
    assert "27 July 2020 13:05:49" in text_of(seen)
    assert "2343 of 2343 rows" in text_of(seen)
    with cast.scope():
        assert Evidence.objects.for_tenant(cast.harbor).count() == 0
    kept = seen.context["form"].initial
    form = {"packed": kept["packed"], "name": kept["name"], "as_of": "2020-07-30T02:00", "date_order": "MDY", "zone": "UTC"}
    assert ivo.post(f"{HARBOR}/proof/backups/upload/hand-in/", form).status_code == 302
    with cast.scope():
        evidence = Evidence.objects.for_tenant(cast.harbor).get()
    assert (evidence.runs, evidence.as_of, evidence.filename, bytes(evidence.content)) == (2343, AS_OF, "sessions.csv", sample(VEEAM))


def test_what_is_wrong_with_a_list_is_said_on_its_page(cast: Cast) -> None:
    ivo, address = cast.browser("Ivo"), f"{HARBOR}/proof/backups/upload/"
    cases = [
        (upload(b"a,b\n1,2\n"), "there is no job"),
        (upload(sample(VEEAM), zone="Nowhere"), "no time zone"),
        (upload(sample(VEEAM), as_of="soon"), "Write the moment as"),
        ({"as_of": "2020-07-30T02:00", "date_order": "MDY", "zone": "UTC"}, "Choose the file"),
        ({"as_of": "2020-07-30T02:00", "date_order": "MDY", "zone": "UTC", "packed": "AAAA"}, "Choose the file once more"),
    ]
    for form, words in cases:
        refused = ivo.post(address, form)
        assert refused.status_code == 422
        assert words in text_of(refused)


def test_the_board_shows_every_job_with_age_and_reason(cast: Cast) -> None:
    hands_in(cast.harbor, sample(VEEAM), AS_OF)
    lena = cast.browser("Lena")
    with CaptureQueriesContext(connection) as asked:
        page = text_of(lena.get(f"{HARBOR}/proof/backups/"))
    assert len(asked) <= BUDGET + 8
    assert "Backups, 4 of 7 break a limit" in page
    assert "4 failed in a row" in page
    assert "13 days, stale" in page
    assert "The newest backup list is" in page
    assert "Hand in a list" not in page


def test_only_the_clients_manager_widens_a_limit_and_says_why(cast: Cast) -> None:
    form = {"rpo_hours": 48, "grace_hours": 2, "streak": 2, "date_order": "MDY", "zone": "UTC", "duty": "backup.jobs", "reason": ""}
    address = f"{HARBOR}/proof/backups/policy/"
    assert cast.browser("Tess").post(f"{address}loosen/", form).status_code == 403
    refused = cast.browser("Tess").post(f"{address}tighten/", form)
    assert refused.status_code == 422
    assert "makes a limit wider" in text_of(refused)
    iris = cast.browser("Iris")
    assert "Say why the limit may be wider" in text_of(iris.post(f"{address}loosen/", form))
    assert iris.post(f"{address}loosen/", form | {"reason": "Tapes come weekly."}).status_code == 302
    with cast.scope():
        assert Policy.objects.for_tenant(cast.harbor).get().rpo_hours == 48
    assert cast.browser("Tess").post(f"{address}tighten/", form | {"rpo_hours": 12}).status_code == 302


def test_pages_without_anything_say_so(cast: Cast) -> None:
    iris = cast.browser("Iris")
    assert "Nothing fires." in text_of(iris.get(f"{HARBOR}/alerts/"))
    assert "No source yet." in text_of(iris.get(f"{HARBOR}/sources/"))
    page = text_of(iris.get(f"{HARBOR}/proof/backups/"))
    assert "No backup list was ever handed in" in page


def test_a_manager_teaches_a_source_what_it_did_not_understand(cast: Cast) -> None:
    watcher = sender(cast.harbor, "alertmanager")
    watcher.says({"what": "Forced entry", "where": "Eastside"})
    tess, address = cast.browser("Tess"), f"{HARBOR}/sources/{watcher.source.public_id}/"
    mapping = '{"fields": {"title": "what", "asset": "where", "severity": {"const": "critical"}}}'
    tried = tess.post(f"{address}mapping/", {"mapping": mapping, "try": "1"})
    assert "Forced entry" in text_of(tried)
    assert [alert.title for alert in alerts(cast.harbor)] == ["Watcher sent a message that was not understood"]
    assert tess.post(f"{address}mapping/", {"mapping": '{"fields": {}}', "save": "1"}).status_code == 422
    assert tess.post(f"{address}mapping/", {"mapping": mapping, "save": "1"}).status_code == 302
    assert tess.post(f"{address}replay/").status_code == 302
    read_all(cast.harbor)
    assert [alert.title for alert in alerts(cast.harbor)][1:] == ["Forced entry"]
    assert "opened an alert" in text_of(tess.get(address))
    assert cast.browser("Ivo").post(f"{address}replay/").status_code == 403
    assert cast.browser("Pine's manager").get(f"/pine-clinics/sources/{watcher.source.public_id}/").status_code == 404


def test_looking_at_a_message_as_it_came_is_kept_in_the_history(cast: Cast) -> None:
    watcher = sender(cast.harbor)
    event = watcher.says(b'{"title": "<b>Disk</b> \x00 full"')
    address = f"{HARBOR}/sources/{watcher.source.public_id}/messages/{event.public_id}/"
    assert "&lt;b&gt;Disk&lt;/b&gt;" in text_of(cast.browser("Ivo").post(address))
    assert cast.browser("Lena").post(address).status_code == 403
    other = sender(cast.harbor)
    assert cast.browser("Ivo").post(f"{HARBOR}/sources/{other.source.public_id}/messages/{event.public_id}/").status_code == 404
    with cast.scope():
        assert [(entry.action, entry.who) for entry in trail.history_of(event)] == [("source.read_raw_body", "Ivo")]


def test_a_check_can_be_run_at_once(cast: Cast) -> None:
    assert cast.browser("Ivo").post(f"{HARBOR}/proof/backups/check/").status_code == 302
    assert background.sweep_table("monitoring.run_check") == 1
    with cast.scope():
        assert Check.objects.for_tenant(cast.harbor).get().status == "UNKNOWN"
    assert cast.browser("Lena").post(f"{HARBOR}/proof/backups/check/").status_code == 403

"""The pages of channels: each side manages its own, and of the other's sees that it is there."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comanaged.accounts import channelling
from comanaged.audit import trail
from comanaged.notices.models import Channel, Delivery
from comanaged.vocabulary import Side
from tests.cast import Cast
from tests.notices.channelled import NOON, now, states, tell, work
from tests.notices.sinks import Sink, listening

pytestmark = pytest.mark.django_db
HERE = "/harbor-dental/channels/"
ADDRESS = "https://hooks.example.com/in/very-secret-path"
SAID = {"kind": "WEBHOOK", "name": "Northwind's system", "address": ADDRESS}


def make(cast: Cast, name: str = "Iris", **more: Any) -> channelling.Made:
    with cast.as_(name) as by:
        return channelling.make(channelling.Wanted("WEBHOOK", "Their system", ADDRESS, **more), by=by, at=NOON)


def test_a_manager_makes_a_webhook_and_is_shown_its_secret_this_once(cast: Cast) -> None:
    iris = cast.browser("Iris")
    assert iris.get(HERE + "client/new/").status_code == 200
    made = iris.post(HERE + "client/new/", SAID)
    assert made.status_code == 201
    secret = re.search(r"whsec_[A-Za-z0-9+/]{43}=", made.content.decode())
    assert secret
    for page in (HERE, HERE + "1/", "/harbor-dental/history/", HERE + "1/client/change/"):
        text = iris.get(page).content.decode()
        assert secret[0] not in text
        assert "very-secret-path" not in text
    assert "hooks.example.com" in iris.get(HERE).content.decode()
    assert "not used yet" in iris.get(HERE + "1/").content.decode()


def test_the_other_side_sees_that_a_channel_is_there_and_nothing_that_goes_through_it(cast: Cast) -> None:
    row = make(cast).row
    tell(cast, "a")
    assert states(row) == ["waits"]
    tess = cast.browser("Tess")
    assert "Their system" in tess.get(HERE).content.decode()
    page = tess.get(HERE + "1/").content.decode()
    assert "The other side looks after this channel" in page
    assert "ticket.updated" not in page
    assert "ticket.updated" in cast.browser("Iris").get(HERE + "1/").content.decode()
    for act in ("change/", "pause/", "resume/", "secret/", "end/"):
        refused = tess.post(f"{HERE}1/provider/{act}")
        assert refused.status_code == 422
        assert "the other side&#x27;s" in refused.content.decode()
    assert tess.post(HERE + "1/test/").status_code == 422
    assert now(row).paused_at is None
    assert now(row).ended_at is None


def test_roles_that_manage_nothing_and_strangers_are_refused(cast: Cast) -> None:
    make(cast)
    for name, status in {"Ivo": 403, "Tariq": 403, "Lena": 403, "Olga": 404, "Pine's manager": 404}.items():
        assert cast.browser(name).get(HERE).status_code == status
        assert cast.browser(name).post(HERE + "1/client/end/").status_code == status
    assert cast.browser("Auditor").get(HERE).status_code == 200
    assert cast.browser("Auditor").post(HERE + "1/test/").status_code == 403
    assert cast.browser("Tess").post(HERE + "1/client/end/").status_code == 403
    assert cast.browser("Iris").post(HERE + "1/provider/end/").status_code == 403
    assert cast.browser("Iris").get(HERE + "9/").status_code == 404
    assert cast.browser("Iris").post(HERE + "9/client/pause/").status_code == 404


@pytest.mark.parametrize("address", ["https://127.0.0.1/", "http://hooks.example.com/", "https://a:b@hooks.example.com/", "hooks", "https://hooks.example.com:22/"])  # fmt: skip
def test_g6_an_address_that_our_server_does_not_call_is_refused_with_the_reason(cast: Cast, address: str) -> None:
    page = cast.browser("Iris").post(HERE + "client/new/", SAID | {"address": address})
    assert page.status_code == 422
    assert "There is a problem" in page.content.decode()
    with cast.scope():
        assert not Channel.objects.for_tenant(cast.harbor).exists()


def test_what_is_missing_is_asked_for_in_words(cast: Cast) -> None:
    text = cast.browser("Iris").post(HERE + "client/new/", {"kind": ""}).content.decode()
    assert "Say what it is called" in text
    assert "Paste the address" in text
    assert "Choose what it is" in text


def test_pausing_resuming_and_ending_are_kept_in_history(cast: Cast) -> None:
    row = make(cast).row
    iris = cast.browser("Iris")
    assert iris.post(HERE + "1/client/pause/").status_code == 302
    assert now(row).paused_at is not None
    assert "Resume" in iris.get(HERE + "1/").content.decode()
    assert iris.post(HERE + "1/client/resume/").status_code == 302
    assert now(row).paused_at is None
    assert "Nothing more is sent" in iris.get(HERE + "1/client/end/").content.decode()
    assert iris.post(HERE + "1/client/end/").status_code == 302
    assert (now(row).address_sealed, now(row).secret_sealed) == ("", "")
    again = iris.post(HERE + "1/client/resume/")
    assert again.status_code == 422
    assert "has ended" in again.content.decode()
    with cast.scope():
        said = [entry.action for entry in trail.history_of(row)]
    assert set(said) == {"channel.make", "channel.pause", "channel.resume", "channel.end"}


def test_a_changed_channel_is_tried_at_once_and_keeps_its_address_when_none_is_said(cast: Cast) -> None:
    row = make(cast).row
    with cast.scope():
        Channel.objects.for_tenant(cast.harbor).update(failures=7, failing_since=NOON)
    iris = cast.browser("Iris")
    assert iris.post(HERE + "1/client/change/", {"name": "Another name", "address": ""}).status_code == 302
    changed = now(row)
    assert (changed.name, changed.host, changed.failures, changed.failing_since) == ("Another name", "hooks.example.com", 0, None)
    assert iris.post(HERE + "1/client/change/", {"name": "x", "address": "https://10.0.0.1/"}).status_code == 422
    assert iris.post(HERE + "1/client/change/", {"name": "x", "address": "https://other.example.com/"}).status_code == 302
    assert now(row).host == "other.example.com"


def test_a_new_secret_is_shown_once(cast: Cast) -> None:
    row = make(cast)
    page = cast.browser("Iris").post(HERE + "1/client/secret/").content.decode()
    assert "whsec_" in page
    assert row.secret not in page
    assert "The old secret signs" in cast.browser("Iris").get(HERE + "1/").content.decode()


def test_a_test_goes_through_the_channel_and_so_many_an_hour(cast: Cast, settings: Any) -> None:
    iris = cast.browser("Iris")
    with listening(Sink()) as sink:
        settings.HOOKS_INSIDE = {sink.place}
        with cast.as_("Iris") as by:
            row = channelling.make(channelling.Wanted("WEBHOOK", "Theirs", sink.address), by=by, at=NOON).row
        assert iris.post(HERE + "1/test/").status_code == 302
        work(row, now(row).due_at or NOON)
        assert b'"type":"comanaged.test"' in sink.heard[0][1]
    for _ in range(channelling.TESTS - 1):
        assert iris.post(HERE + "1/test/").status_code == 302
    refused = iris.post(HERE + "1/test/")
    assert refused.status_code == 422
    assert "within the hour" in refused.content.decode()


def test_what_was_given_up_is_sent_once_more_as_something_new(cast: Cast) -> None:
    row = make(cast).row
    tell(cast, "a")
    with cast.scope():
        Delivery.objects.for_tenant(cast.harbor).update(failed_at=NOON, error="It answered 500.")
        gone = Delivery.objects.for_tenant(cast.harbor).get()
    iris = cast.browser("Iris")
    assert "Send again" in iris.get(HERE + "1/").content.decode()
    assert iris.post(f"{HERE}1/client/sent/{gone.public_id}/again/").status_code == 302
    assert states(row) == ["failed", "waits"]
    with cast.scope():
        fresh = Delivery.objects.for_tenant(cast.harbor).latest("id")
    assert (fresh.body, fresh.key.partition("#")[0]) == (gone.body, "a")
    assert iris.post(f"{HERE}1/client/sent/{fresh.public_id}/again/").status_code == 404  # it waits still


def test_the_key_of_the_system_that_listens_is_one_of_the_own_side(cast: Cast) -> None:
    cast.key(cast.harbor, "k_desk", Side.INTERNAL)
    cast.key(cast.northwind, "k_desk")
    keys = {row.side: row.pk for row in channelling.ApiKey.objects.all()}
    assert make(cast, own_key=keys["INTERNAL"]).row.own_key_id == keys["INTERNAL"]
    assert make(cast, "Tess", own_key=keys["PROVIDER"]).row.own_key_id == keys["PROVIDER"]
    with pytest.raises(channelling.CannotChange):
        make(cast, own_key=keys["PROVIDER"])


def test_pages_of_channels_cost_the_same_however_many_there_are(cast: Cast) -> None:
    iris = cast.browser("Iris")

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert iris.get(HERE).status_code == 200
        return len(asked)

    make(cast)
    one = cost()
    for _ in range(3):
        make(cast)
    assert cost() == one
    assert one <= 16

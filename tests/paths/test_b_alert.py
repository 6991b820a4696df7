"""Path b: a posted alert becomes one ticket on the side that answers at its moment, with and without a broker."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from comanaged import background
from comanaged.accounts import access
from comanaged.vocabulary import Hours, Letter, Party
from monitoring import actions as monitoring
from monitoring.models import Alert
from responsibilities import actions as responsibilities
from responsibilities.models import Row
from tests import cluster
from tests.cast import Cast
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])
SAMPLE = json.loads((Path(__file__).parent.parent / "samples/payloads/alertmanager-v4-two-firing.json").read_text())


def workday(hour: int) -> datetime:
    """Return this hour of a recent working day in Chicago."""
    day = datetime.now(tz=ZoneInfo("America/Chicago")).replace(hour=hour, minute=0, second=0, microsecond=0) - timedelta(days=1)
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day.astimezone(UTC)


def body(starts: datetime, host: str) -> dict[str, Any]:
    sent = json.loads(json.dumps(SAMPLE))
    for one in sent["alerts"]:
        one["startsAt"], one["labels"]["host"] = starts.isoformat(), host
    return sent


def source(cast: Cast) -> str:
    """Give the nights to Northwind and make a source of the duty; return its address."""
    with cast.as_("Iris") as iris:
        seen = Row.objects.for_tenant(cast.harbor).get(duty__key="monitoring.after-hours").stamp
        responsibilities.set_letter(
            "monitoring.after-hours", Party.PROVIDER, Letter.R, hours=Hours.AFTER, seen=seen, by=iris, at=timezone.now()
        )
    with cast.scope():
        made = monitoring.create_source(
            cast.harbor,
            "Prometheus",
            kind="alertmanager",
            duty_key="monitoring.after-hours",
            by=access.system(cast.harbor),
            at=timezone.now(),
        )
    return f"/api/v1/in/{made.key}/"


def outcome(cast: Cast) -> tuple[int, list[tuple[str, str]]]:
    with cast.scope():
        tickets = list(Ticket.objects.for_tenant(cast.harbor).order_by("number").values_list("side", "because"))
        return Alert.objects.for_tenant(cast.harbor).count(), tickets


def test_at_night_it_is_northwinds_and_by_day_internal_its(cast: Cast) -> None:
    address = source(cast)
    night = Client().post(address, body(workday(2), "andromeda"), content_type="application/json")
    assert night.status_code == 202
    background.sweep()
    alerts, tickets = outcome(cast)
    assert alerts == 2
    assert [side for side, _ in tickets] == ["PROVIDER"]
    assert "Northwind MSP" in tickets[0][1]

    Client().post(address, body(workday(10), "cassiopeia"), content_type="application/json")
    background.sweep()
    alerts, tickets = outcome(cast)
    assert alerts == 4
    assert [side for side, _ in tickets] == ["PROVIDER", "INTERNAL"]
    assert "accountable" in tickets[1][1]


def test_a4_a_stopped_broker_costs_time_and_nothing_else(cast: Cast) -> None:
    address = source(cast)
    cluster.BROKER.stop()
    try:
        answers = [Client().post(address, body(workday(2), f"host{n}"), content_type="application/json").status_code for n in range(3)]
        background.sweep()
    finally:
        cluster.BROKER.start()
    assert answers == [202, 202, 202]
    alerts, tickets = outcome(cast)
    assert alerts == 6
    assert len(tickets) == 3


def test_the_answer_names_the_event_and_the_event_tells_what_became_of_it(cast: Cast) -> None:
    stored = Client().post(source(cast), body(workday(2), "andromeda"), content_type="application/json").json()
    api = cast.api(cast.key(cast.harbor, "k_read"))
    assert api.get(f"/api/v1/events/{stored['id']}/").json()["outcome"] == "waiting"
    background.sweep()
    told = api.get(f"/api/v1/events/{stored['id']}/").json()
    assert told["outcome"] == "read"
    listed = api.get("/api/v1/alerts/").json()
    assert len(listed["results"]) == 2
    assert listed["next"] is None
    (ticket,) = api.get("/api/v1/tickets/").json()["results"]
    assert ticket["side"] == "provider"
    assert ticket["origin"]["kind"] == "alert"
    assert ticket["trace"]

"""Alerts for a list and for a page."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from comanaged import vocabulary
from monitoring.domain.episode import State
from monitoring.models import Alert, Transition
from responsibilities import queries as responsibilities
from tickets.domain import lifecycle
from tickets.models import Ticket

PAGE = 50
CAP = 1_000
STORY = 100


class BadCursor(Exception):
    """A place in the list that is not one of ours."""


@dataclass(frozen=True)
class AlertRow:
    """One line of the list, ready to be shown."""

    alert: Alert
    duty_name: str
    source: str
    ticket: Ticket | None

    @property
    def closed_while_firing(self) -> bool:
        """Say whether people ended the ticket though the trouble lasts."""
        return self.alert.is_open and self.ticket is not None and self.ticket.state in lifecycle.FINISHED

    @property
    def state(self) -> str:
        """Return the state in words."""
        if self.alert.state == State.ACKNOWLEDGED:
            return f"seen by {self.alert.acknowledged_by}"
        return {State.FIRING.value: "firing", State.RESOLVED.value: "over"}[self.alert.state]


@dataclass(frozen=True)
class AlertPage:
    """One page of the list; `next` continues it, empty at the end."""

    rows: list[AlertRow]
    next: str


def alerts_of(tenant_id: int, wanted: Mapping[str, str], *, after: str = "") -> AlertPage:
    """Return alerts by the last news, those that lasted longest first among equals; raise BadCursor for a strange place."""
    found = Alert.objects.for_tenant(tenant_id).matching(wanted).newest_first(_place(after)).select_related("source", "ticket")
    alerts = list(found[: PAGE + 1])
    shown = alerts[:PAGE]
    following = f"{shown[-1].last_at.isoformat()}~{shown[-1].pk}" if len(alerts) > PAGE else ""
    return AlertPage(rows_of(tenant_id, shown), following)


def rows_of(tenant_id: int, alerts: Collection[Alert]) -> list[AlertRow]:
    """Return alerts (with source and ticket) as lines."""
    names = {duty.key: duty.name for duty in responsibilities.duties_of(tenant_id)} if alerts else {}
    return [AlertRow(alert, names.get(alert.duty, ""), alert.source.name, alert.ticket) for alert in alerts]


def alert_of(tenant_id: int, public_id: uuid.UUID) -> AlertRow | None:
    """Return one alert."""
    found = Alert.objects.for_tenant(tenant_id).filter(public_id=public_id).select_related("source", "ticket").first()
    return rows_of(tenant_id, [found])[0] if found else None


def story_of(row: AlertRow) -> list[Transition]:
    """Return what happened to an alert, the newest first."""
    return list(Transition.objects.for_tenant(row.alert.tenant_id).of(row.alert.pk)[:STORY])


def open_count(tenant_id: int) -> int:
    """Count open alerts, up to a thousand."""
    return Alert.objects.for_tenant(tenant_id).open()[:CAP].count()


def _place(after: str) -> tuple[datetime, int] | None:
    if not after:
        return None
    moment, _, row = after.partition("~")
    try:
        place = datetime.fromisoformat(moment), int(row)
    except ValueError:
        raise BadCursor(after) from None
    if place[0].tzinfo is None or not 0 < place[1] < 2**63:
        raise BadCursor(after)
    return place


SEVERITIES = [vocabulary.spoken(severity) for severity in vocabulary.AlertSeverity]
STATES = ["open", *(state.lower() for state in State)]

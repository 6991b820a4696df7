"""What people do to an alert: say that they have it, or that it is over."""

import uuid
from datetime import datetime

from django.db import transaction

from comanaged import background
from comanaged.accounts import access
from comanaged.audit import trail
from monitoring.actions import telling, turns
from monitoring.domain import compliance
from monitoring.domain.episode import HELD_FOR, Change, State
from monitoring.models import Alert, Transition

ENOUGH = 10
# an alert that nobody holds
FREE = {"acknowledged_at": None, "acknowledged_until": None, "acknowledged_by": "", "acknowledged_side": ""}


class CannotAct(Exception):
    """What cannot be done to an alert now, in words fit for users."""


@transaction.atomic
def acknowledge(public_id: uuid.UUID, *, by: access.Actor, at: datetime) -> Alert:
    """Say that a person has it, with name and side; a second press of the same person changes nothing."""
    access.require(by, "alert.acknowledge")
    alert = _locked(public_id, by)
    if alert.state == State.ACKNOWLEDGED:
        if alert.acknowledged_by == by.name:
            return alert
        raise CannotAct(f"{alert.acknowledged_by} has seen it already.")
    if not alert.is_open:
        raise CannotAct("It is over already, so there is nothing to acknowledge.")
    alert.state, alert.acknowledged_at, alert.acknowledged_until = State.ACKNOWLEDGED, at, at + HELD_FOR
    alert.acknowledged_by, alert.acknowledged_side = by.name, by.side or ""
    alert.save(update_fields=["state", "acknowledged_at", "acknowledged_until", "acknowledged_by", "acknowledged_side"])
    _remember(alert, Change.ACKNOWLEDGE, State.FIRING, f"{by.name} has seen it", by=by, at=at)
    trail.record("alert.acknowledge", alert, by=by, at=at, before=State.FIRING, after=State.ACKNOWLEDGED)
    return alert


@transaction.atomic
def resolve_by_hand(public_id: uuid.UUID, reason: str, *, by: access.Actor, at: datetime) -> Alert:
    """Say that it is over though its source did not; the ticket is not touched, and a new trigger opens it again."""
    access.require(by, "alert.resolve_by_hand")
    if len(reason.strip()) < ENOUGH:
        raise CannotAct("Say in a few words why it is over, at least 10 characters.")
    alert = _locked(public_id, by)
    if not alert.is_open:
        raise CannotAct("It is over already.")
    before, alert.state, alert.resolved_at = alert.state, State.RESOLVED, at
    alert.save(update_fields=["state", "resolved_at"])
    _remember(alert, Change.RESOLVE, before, f"{by.name}: {reason.strip()}", by=by, at=at)
    trail.record("alert.resolve_by_hand", alert, by=by, at=at, before=before, after=State.RESOLVED, reason=reason.strip())
    return alert


def wake(alert_id: int, *, tenant_id: int, token: uuid.UUID, at: datetime) -> None:
    """Let an acknowledgement run out: what still fires calls its side again."""
    turns.take_turn(tenant_id)
    alert = Alert.objects.for_tenant(tenant_id).select_related("tenant", "source").get(pk=alert_id)
    if alert.state != State.ACKNOWLEDGED or alert.acknowledged_until is None or alert.acknowledged_until > at:
        background.finish(Alert, alert_id, token)
        return
    because = f"{alert.acknowledged_by} had seen it, and it still fires {compliance.words(HELD_FOR)} later"
    background.finish(Alert, alert_id, token, state=State.FIRING, **FREE)
    alert.state = State.FIRING
    _remember(alert, Change.EXPIRE, State.ACKNOWLEDGED, because, by=access.system(alert.tenant), at=at)
    telling.side_of(alert, f"Still firing: {alert.title}", f"{because[0].upper()}{because[1:]}.", once=f"expired:{at:%Y%m%d%H%M%S}", at=at)


def _locked(public_id: uuid.UUID, by: access.Actor) -> Alert:
    return Alert.objects.for_tenant(by.tenant).select_for_update().get(public_id=public_id)


def _remember(alert: Alert, change: Change, before: str, because: str, *, by: access.Actor, at: datetime) -> None:
    """Add a line to the alert's history; a person's word is no news of the source, so its kind is empty."""
    Transition.objects.create(
        tenant=by.tenant,
        alert=alert,
        fingerprint=alert.fingerprint,
        kind="",
        change=change,
        from_state=before,
        to_state=alert.state,
        severity=alert.severity,
        who=by.name,
        side=by.side or "",
        because=because,
        at=at,
        received_at=at,
    )

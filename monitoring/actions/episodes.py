"""Carry out what a signal changes: the alert's row, its history, its route and its ticket."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from comanaged.accounts import access
from comanaged.vocabulary import AlertSeverity, Audience, Side
from monitoring.actions import telling
from monitoring.domain import episode, fingerprint, urgency
from monitoring.domain.episode import Change, Known, Mark, State
from monitoring.models import Alert, InboundEvent, Source, Transition
from monitoring.sources import Signal
from responsibilities import queries as responsibilities
from responsibilities.domain.resolution import Route
from tickets import actions as tickets
from tickets.models import Ticket

# a ticket that people closed while its alert fires is left in peace this long before the next repeat opens another
GRACE = timedelta(hours=1)
FLAPPING = 4
FLAPPING_WITHIN = timedelta(minutes=30)
TITLE = 200
# what a repeat writes, and what an acknowledgement does
SEEN = (
    *("severity_raw", "text", "value", "url", "labels", "flags", "count", "flaps", "last_at", "news_occurred_at", "news_received_at"),
    *("state", "severity", "resolved_at"),
)
HELD = ("acknowledged_at", "acknowledged_until", "acknowledged_by", "acknowledged_side")


@dataclass
class Hearing:
    """One message being worked on: its source, who acts, and the routes asked so far."""

    event: InboundEvent
    source: Source
    by: access.Actor
    at: datetime
    routes: dict[tuple[str, datetime], Route] = field(default_factory=dict)

    def route(self, duty: str, at: datetime) -> Route:
        """Return where an alert of this duty goes at a moment, asked once a message."""
        if (duty, at) not in self.routes:
            self.routes[duty, at] = responsibilities.route(self.by.tenant_id, duty or None, at, work="alert", place=self.source.place)
        return self.routes[duty, at]


@dataclass(frozen=True)
class Said:
    """One signal with what it speaks of and when."""

    signal: Signal
    fingerprint: fingerprint.Fingerprint
    mark: Mark


def hear(signal: Signal, hearing: Hearing) -> dict[str, Any]:
    """Do what one signal says; return the result for whoever asks after the message."""
    said = Said(signal, _fingerprint(signal, hearing), Mark(hearing.event.received_at, signal.occurred_at))
    digest = said.fingerprint.digest
    alert = Alert.objects.for_tenant(hearing.by.tenant).of(digest).select_for_update().order_by("-id").first()
    verdict = episode.judge(_known(alert, digest, hearing), signal.kind, signal.severity, said.mark)
    before = alert.state if alert else ""
    alert = _carried_out(verdict, alert, said, hearing)
    if verdict.change is not Change.REPEAT:
        _remember(verdict, alert, before, said, hearing)
    _tell(verdict.change, alert, said, hearing)
    return {
        "change": verdict.change.lower(),
        "because": verdict.because,
        "alert": str(alert.public_id) if alert else None,
        "ticket": alert.ticket.number if alert and alert.ticket else None,
    }


def _fingerprint(signal: Signal, hearing: Hearing) -> fingerprint.Fingerprint:
    return fingerprint.of(
        hearing.by.tenant_id,
        hearing.source.pk,
        native_key=signal.native_key,
        key_fields=signal.key_fields,
        asset=signal.asset,
        condition=signal.check_name or signal.title,
    )


def _known(alert: Alert | None, digest: str, hearing: Hearing) -> Known:
    """Return what the rows remember of a trouble."""
    end = Transition.objects.for_tenant(hearing.by.tenant).ends_of(digest).first()
    quiet = end.mark if end else None
    if alert is None:
        return Known(quiet=quiet)
    return Known(State(alert.state), AlertSeverity(alert.severity), alert.news, quiet, ended_before=not alert.is_open)


def _carried_out(verdict: episode.Verdict, alert: Alert | None, said: Said, hearing: Hearing) -> Alert | None:
    """Write the alert's row as the verdict says; None where there is no alert and none is made."""
    if verdict.change is Change.OPEN:
        return _opened(said, hearing)
    if alert is None or verdict.change in (Change.LATE, Change.ORPHAN, Change.NOTED):
        return alert
    if verdict.change in (Change.REPEAT, Change.RAISE, Change.REOPEN):
        return _seen_again(verdict, alert, said, hearing)
    alert.state, alert.last_at = verdict.state or alert.state, max(alert.last_at, said.mark.received_at)
    if verdict.change is Change.RESOLVE:
        alert.resolved_at = said.mark.at
    else:
        alert.acknowledged_at, alert.acknowledged_until = said.mark.at, hearing.at + episode.HELD_FOR
        alert.acknowledged_by, alert.acknowledged_side = hearing.source.name, ""
    alert.save(update_fields=["state", "last_at", "resolved_at", *HELD])
    return alert


def _opened(said: Said, hearing: Hearing) -> Alert:
    """Begin an episode, with the route of its moment frozen."""
    signal, mark = said.signal, said.mark
    duty = signal.duty or hearing.source.duty
    route = hearing.route(duty, mark.at)
    words: Any = _words(signal)
    return Alert.objects.create(
        tenant=hearing.by.tenant,
        source=hearing.source,
        fingerprint=said.fingerprint.digest,
        flags=_flags(said),
        severity=signal.severity,
        title=signal.title,
        asset=signal.asset,
        check_name=signal.check_name,
        opened_at=mark.received_at,
        occurred_at=mark.at,
        last_at=mark.received_at,
        news_occurred_at=mark.occurred_at,
        news_received_at=mark.received_at,
        duty=duty,
        place=hearing.source.place,
        side=route.side,
        subject=route.subject[:TITLE],
        because=route.because,
        trace=list(route.trace),
        accountable=route.accountable[:TITLE],
        matrix_version=route.version,
        signed=route.signed,
        unowned=route.unowned,
        **words,
    )


def _words(signal: Signal) -> dict[str, Any]:
    """Return what the newest statement of a trouble replaces."""
    return {
        "severity_raw": signal.severity_raw,
        "text": signal.text,
        "value": signal.value,
        "url": signal.url,
        "labels": dict(signal.labels),
    }


def _flags(said: Said) -> list[str]:
    """Return what a person should know about how this was read."""
    own = (("weak key", said.fingerprint.weak), ("odd clock", said.mark.odd))
    return list(dict.fromkeys((*said.signal.flags, *(name for name, holds in own if holds))))


def _seen_again(verdict: episode.Verdict, alert: Alert, said: Said, hearing: Hearing) -> Alert:
    """Count a trigger of a known trouble; the newest statement's words stay."""
    mark = said.mark
    news = mark.later(alert.news) if alert.is_open else mark
    if news is mark:
        for name, value in _words(said.signal).items():
            setattr(alert, name, value)
    alert.count += 1
    alert.last_at = max(alert.last_at, mark.received_at)
    alert.news_occurred_at, alert.news_received_at = news.occurred_at, news.received_at
    alert.flags = list(dict.fromkeys((*alert.flags, *said.signal.flags)))
    if verdict.change is not Change.REPEAT:
        alert.state, alert.severity = verdict.state or alert.state, verdict.severity
        alert.acknowledged_at, alert.acknowledged_until, alert.acknowledged_by, alert.acknowledged_side = None, None, "", ""
    if verdict.change is Change.REOPEN:
        alert.resolved_at, alert.flaps = None, alert.flaps + 1
        if _changes(alert, hearing) >= FLAPPING - 1 and "flapping" not in alert.flags:
            alert.flags = [*alert.flags, "flapping"]
    alert.save(update_fields=[*SEEN, *HELD])
    return alert


def _changes(alert: Alert, hearing: Hearing) -> int:
    """Count how often the alert came and went lately."""
    told = Transition.objects.for_tenant(hearing.by.tenant).of(alert.pk)
    return told.filter(change__in=[Change.OPEN, Change.REOPEN, Change.RESOLVE], received_at__gte=hearing.at - FLAPPING_WITHIN).count()


def _remember(verdict: episode.Verdict, alert: Alert | None, before: str, said: Said, hearing: Hearing) -> None:
    """Add a line to the history of a trouble."""
    Transition.objects.create(
        tenant=hearing.by.tenant,
        alert=alert,
        event=hearing.event,
        fingerprint=said.fingerprint.digest,
        kind=said.signal.kind,
        change=verdict.change,
        from_state=before,
        to_state=verdict.state or "",
        severity=verdict.severity if alert else said.signal.severity,
        who=hearing.source.name,
        because=verdict.because,
        at=said.mark.at,
        occurred_at=said.mark.occurred_at,
        received_at=said.mark.received_at,
    )


def _tell(change: Change, alert: Alert | None, said: Said, hearing: Hearing) -> None:
    """Let the alert's ticket follow: open or repeat it while it fires, say so when it is over."""
    if alert is None:
        return
    if change is Change.RESOLVE:
        _over(alert, hearing)
        return
    fires = change in (Change.OPEN, Change.REOPEN, Change.RAISE) or (change is Change.REPEAT and _wants_ticket(alert, hearing))
    if fires and urgency.needs_person(AlertSeverity(alert.severity), hearing.source.settings):
        known = alert.ticket_id
        _ticket(change, alert, said, hearing)
        if change is Change.RAISE and alert.ticket_id == known:  # a new ticket calls by itself, one that goes on does not
            worse = f"It is {alert.severity.lower()} now"
            telling.side_of(
                alert, f"{worse}: {alert.title}", f"{worse}. {said.signal.text}", once=f"raise:{hearing.event.pk}", at=hearing.at
            )


def _wants_ticket(alert: Alert, hearing: Hearing) -> bool:
    """Say whether a repeat is for the ticket: always, but a ticket that people just ended is left in peace for a while."""
    if alert.ticket is None:
        return True
    return alert.ticket.closed_at is None or hearing.at - alert.ticket.closed_at > GRACE


def _ticket(change: Change, alert: Alert, said: Said, hearing: Hearing) -> None:
    """Open the ticket of the alert's condition, or add to it; a new one goes where the matrix sends this moment."""
    opened = tickets.open_ticket(
        title=alert.title[:TITLE],
        duty_key=alert.duty or None,
        place=alert.place,
        route=_route(alert, said, hearing),
        origin=tickets.Origin("alert", f"{hearing.source.name}: {alert.title}"[:300], _link(alert, hearing)),
        condition=urgency.condition_of(alert.asset, alert.check_name, title=alert.title, fingerprint=alert.fingerprint),
        priority=urgency.of_alert(AlertSeverity(alert.severity)),
        text=_text(change, alert, said.signal),
        audience=Audience.SHARED,
        by=hearing.by,
        at=hearing.at,
        asset=alert.asset,
    )
    if alert.ticket_id != opened.ticket.pk:
        alert.ticket = opened.ticket
        alert.save(update_fields=["ticket"])


def _route(alert: Alert, said: Said, hearing: Hearing) -> Route:
    """Return the alert's own frozen route while its ticket is open, for it is only repeated then; else ask the matrix."""
    if alert.ticket is None or alert.ticket.closed_at is not None:
        return hearing.route(alert.duty, said.mark.at)
    return Route(
        side=Side(alert.side),
        subject=alert.subject,
        because=alert.because,
        trace=tuple(alert.trace),
        accountable=alert.accountable,
        version=alert.matrix_version,
        signed=alert.signed,
        unowned=alert.unowned,
    )


def _over(alert: Alert, hearing: Hearing) -> None:
    """Tell the ticket that its trouble is over, once no other alert of the same ticket is open."""
    ticket = alert.ticket
    if ticket is None or Alert.objects.for_tenant(hearing.by.tenant).open().filter(ticket=ticket).exists():
        return
    tickets.source_resolved(ticket.pk, because=f"{hearing.source.name} says that it is over: {alert.title}", by=hearing.by, at=hearing.at)
    alert.ticket = Ticket.objects.for_tenant(hearing.by.tenant).get(pk=ticket.pk)


def _link(alert: Alert, hearing: Hearing) -> str:
    return reverse("monitoring:alert", args=[hearing.by.tenant.slug, alert.public_id])


def _text(change: Change, alert: Alert, signal: Signal) -> str:
    """Return the line for the ticket's story."""
    again = {Change.REPEAT: "Seen again. ", Change.REOPEN: "It fires again. ", Change.RAISE: f"It is {alert.severity.lower()} now. "}
    return (again.get(change, "") + (signal.text or alert.title))[:4000]

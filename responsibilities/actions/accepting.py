"""What people may do about a finding besides healing it: live with it until a date, or say that it is not so. Nobody closes one by hand."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from comanaged.accounts import access
from comanaged.accounts.access import Actor, Refused
from comanaged.audit import trail
from comanaged.vocabulary import FindingSeverity
from responsibilities.actions import findings
from responsibilities.actions.keeping import Refusal
from responsibilities.models import Acceptance, Finding

SHORTEST = 10  # characters of a reason
WHY = "Say why in at least ten characters, for whoever reads it in a year."


class CannotAccept(Refusal):
    """A gap cannot be accepted so, in words for the person who tried."""


class OnlyLeadership(Refused):
    """A critical gap is leadership's to accept."""

    def __init__(self, by: Actor, names: list[str]) -> None:
        super().__init__("finding.accept_critical", by.role)
        self.args = (only_leadership(names),)


def only_leadership(names: list[str]) -> str:
    """Return who may accept a critical gap, by name where there is anybody."""
    whom = f"Ask {' or '.join(names)}." if names else "Invite somebody of leadership."
    return f"Only leadership can accept a critical gap. {whom}"


def leaders(tenant_id: int, at: datetime) -> list[str]:
    """Return the names of a client's leadership."""
    rule = access.rules()["finding.accept_critical"]
    return [one.name for one in access.people_of(tenant_id, None, at) if one.role in rule.allow]


def accept(finding: int, *, reason: str, until: date, by: Actor, at: datetime) -> Acceptance:
    """Let the client live with an open finding up to and with a day. Raise OnlyLeadership for a critical one, CannotAccept otherwise."""
    access.require(by, "finding.accept")
    with transaction.atomic():
        row = _open(finding, by)
        if row.severity == FindingSeverity.CRITICAL:
            if not access.may(by, "finding.accept_critical"):
                raise OnlyLeadership(by, leaders(by.tenant_id, at))
            raise CannotAccept("This one is critical by now. Look again, and accept it as such.")
        return _accepted(row, reason, until, by=by, at=at)


def accept_critical(finding: int, *, reason: str, until: date, by: Actor, at: datetime) -> Acceptance:
    """Let the client live with a finding, a critical one too. Raise CannotAccept."""
    if not access.may(by, "finding.accept_critical"):
        raise OnlyLeadership(by, leaders(by.tenant_id, at))
    with transaction.atomic():
        return _accepted(_open(finding, by), reason, until, by=by, at=at)


@transaction.atomic
def dispute(finding: int, *, reason: str, by: Actor, at: datetime) -> Finding:
    """Keep, beside a finding, that somebody says it is not so, and why. It stays open until its rule holds."""
    access.require(by, "finding.dispute")
    row = _open(finding, by)
    why = reasoned(reason)
    trail.record("finding.disputed", row, by=by, at=at, after=f"{by.name} says it is not so.", reason=why)
    return row


def reasoned(reason: str) -> str:
    """Return a reason that says something; raise CannotAccept."""
    said = " ".join(reason.split())
    if len(said) < SHORTEST:
        raise CannotAccept(WHY, "reason")
    return reason.strip()


def end_of(until: date, zone: str, at: datetime) -> datetime:
    """Return the end of a day in a zone; raise CannotAccept for one that is not ahead, or more than twelve months ahead."""
    today = at.astimezone(ZoneInfo(zone)).date()
    if not today <= until <= latest(today):
        raise CannotAccept("Choose a date within 12 months.", "until")
    return datetime.combine(until + timedelta(days=1), time(), ZoneInfo(zone))


def latest(today: date) -> date:
    """Return the same day of the next year, the last one that an acceptance may hold."""
    leap = (today.month, today.day) == (2, 29)
    return today.replace(year=today.year + 1, day=28 if leap else today.day)


def _open(finding: int, by: Actor) -> Finding:
    """Return an open finding, locked. Settling takes the trail's turn before it locks findings, and so does this."""
    trail.take_turn(by.tenant_id)
    row = Finding.objects.for_tenant(by.tenant).select_related("duty").select_for_update(of=("self",)).get(pk=finding)
    if row.state != Finding.State.OPEN:
        raise CannotAccept("This finding is over, so there is nothing left to decide. The list shows what is still open.")
    return row


def _accepted(row: Finding, reason: str, until: date, *, by: Actor, at: datetime) -> Acceptance:
    if by.user_id is None:
        raise Refused("finding.accept", by.role)  # risk is a person's to take
    why, expires = reasoned(reason), end_of(until, by.zone, at)
    code, place, duty, subject = findings.key_of(row)
    Acceptance.objects.for_tenant(by.tenant).filter(code=code, place=place, duty_key=duty, subject=subject, ended_at=None).update(
        ended_at=at
    )
    acceptance = Acceptance.objects.create(
        tenant=by.tenant,
        code=code,
        place=place,
        duty_key=duty,
        subject=subject,
        severity=row.severity,
        reason=why,
        user_id=by.user_id,
        accepted_by=by.name[:120],
        accepted_at=at,
        expires_at=expires,
    )
    trail.record("finding.accepted", row, by=by, at=at, after=f"accepted until {until:%-d %B %Y}", reason=why)
    findings.recheck_people(by.tenant, by=by, at=at)
    return acceptance

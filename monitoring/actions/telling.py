"""Call the people who can answer an alert, where its ticket does not call them by itself."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from comanaged.accounts import access
from comanaged.notices import actions as notices
from comanaged.notices import hooks
from comanaged.notices.kinds import Kind
from comanaged.vocabulary import AlertSeverity, Side
from monitoring.models import Alert
from tickets.queries import present


def side_of(alert: Alert, subject: str, why: str, *, once: str, at: datetime) -> None:
    """Tell the side an alert went to, or both where nobody owns it; `once` names this call, so that it is made once."""
    sides = list(Side) if alert.unowned else [Side(alert.side)]
    may_answer = access.rules()["alert.acknowledge"].allow
    for side in sides:
        text = f"{subject}\n{settings.ADDRESS}{reverse('monitoring:alert', args=[alert.tenant.slug, alert.public_id])}"
        hooks.say(tenant=alert.tenant_id, side=side, kind=Kind.ALERT, text=text, key=f"alert:{alert.pk}:{once}", at=at)
    people = [person for side in sides for person in access.people_of(alert.tenant_id, side, at) if person.role in may_answer]
    address = settings.ADDRESS + reverse("monitoring:alert", args=[alert.tenant.slug, alert.public_id])
    notices.queue(
        tenant=alert.tenant_id,
        to=people,
        subject=f"[{alert.tenant.name}] {subject}",
        text="\n\n".join((why, f"Why it is where it is: {alert.because}", address)),
        key=f"alert:{alert.pk}:{once}",
        at=at,
        kind=Kind.ALERT,
        on_duty=lambda: (
            present.named_at(alert.tenant_id, alert.duty, alert.place, at)
            or present.everyone(people, critical=alert.severity == AlertSeverity.CRITICAL)
        ),
    )

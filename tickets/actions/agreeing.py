"""What a client promises for tickets to come; those that are open keep what was agreed when they opened."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from comanaged.accounts import access
from comanaged.audit import trail
from tickets.actions import steps
from tickets.domain import agreeing, ledger
from tickets.models import Promise


@transaction.atomic
def set_promise(
    targets: Mapping[str, Mapping[str, object]], *, vendor_pauses: bool, seen: int, by: access.Actor, at: datetime
) -> Promise | None:
    """Say what is promised from now on; `seen` is the version that was shown, 0 for the product's own. What says the same changes nothing."""
    access.require(by, "client.settings")
    wrong = agreeing.unfit(targets)
    if wrong:
        raise steps.SayMore(wrong[1], wrong[0])
    trail.take_turn(by.tenant_id)  # two who change it at once wait for each other, also before there is a row
    row = Promise.objects.for_tenant(by.tenant).select_for_update(of=("self",)).first()
    was = (row.targets, row.vendor_pauses) if row else (ledger.DEFAULTS, False)
    wanted = ({key: dict(value) for key, value in targets.items()}, vendor_pauses)
    if wanted == was:
        return row
    if seen != (row.version if row else 0):
        raise steps.Stale("Somebody changed what is promised since you saw it. Look again, then decide.")
    row = row or Promise(tenant=by.tenant, version=0)
    row.targets, row.vendor_pauses, row.version = *wanted, row.version + 1
    row.save()
    before, after = (agreeing.in_words(said, vendor_pauses=pauses) for said, pauses in (was, wanted))
    trail.record("promise.changed", row, by=by, at=at, before=before, after=after)
    return row

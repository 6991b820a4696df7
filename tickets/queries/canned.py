"""The canned replies of an organisation."""

from comanaged import tenancy
from comanaged.accounts import access
from tickets.models import Canned


def canned_of(by: access.Actor) -> list[Canned]:
    """Return the canned replies of somebody's own organisation, by title."""
    with tenancy.only([_own(by)], side=by.company_id):
        return list(Canned.objects.for_tenant(_own(by)).order_by("title", "id"))


def canned_numbered(by: access.Actor, number: int) -> Canned:
    """Return one of them; raises Canned.DoesNotExist."""
    with tenancy.only([_own(by)], side=by.company_id):
        return Canned.objects.for_tenant(_own(by)).get(number=number)


def _own(by: access.Actor) -> int:
    return by.company_id or by.tenant_id

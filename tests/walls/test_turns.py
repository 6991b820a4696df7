"""Two clients' transactions take turns on one server connection, as under a transaction pool, and never see each other's rows."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connections

from comanaged import tenancy
from comanaged.accounts import actions
from comanaged.accounts.models import Kind

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


class Stop(Exception):
    """Thrown in the middle of a transaction."""


@pytest.mark.django_db(transaction=True)
def test_two_clients_take_turns_on_one_connection() -> None:
    mine = [actions.create_organisation(Kind.CLIENT, slug, slug=slug, zone="UTC", at=AT).pk for slug in ("one", "other")]
    shared, turn, seen, trouble = connections["default"], threading.Lock(), [], []
    shared.inc_thread_sharing()

    def work(tenant: int) -> None:
        connections["default"] = shared
        for round_number in range(40):
            try:
                with turn, tenancy.only([tenant]), shared.cursor() as cursor:
                    cursor.execute("SELECT array_agg(DISTINCT tenant_id) FROM audit_entry")
                    seen.append((tenant, cursor.fetchone()[0]))
                    if round_number % 5 == 0:
                        raise Stop
            except Stop:
                continue
            except Exception as unexpected:
                trouble.append(unexpected)

    threads = [threading.Thread(target=work, args=[tenant]) for tenant in mine]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shared.dec_thread_sharing()
    assert trouble == []
    assert len(seen) == 80
    assert all(found == [tenant] for tenant, found in seen)

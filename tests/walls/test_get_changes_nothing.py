"""Opening a link changes nothing, whoever opens it and however often: link scanners open all of them."""

import pytest

from comanaged.audit.models import Entry
from comanaged.vocabulary import Side
from tests import cluster
from tests.cast import Cast
from tests.walls.rooms import furnish
from tests.walls.test_routes import API, DESK, PAGES

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])
# what says when somebody was last seen, and nothing else
SEEN = frozenset({"django_session", "usersessions_usersession", "tickets_presence", "accounts_apikey", "mfa_authenticator"})
READ = frozenset({"mail.read_raw", "event.read", "matrix.exported"})
HASH = """SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1"""


def state() -> dict[str, str]:
    """Return the hash of every table's rows, as the superuser sees them."""
    connection = cluster.superuser()
    try:
        with connection.cursor() as cursor:
            cursor.execute(HASH)
            tables = [name for (name,) in cursor.fetchall() if name not in SEEN]
            found = {}
            for name in tables:
                cursor.execute(f"SELECT md5(coalesce(string_agg(one::text, '|' ORDER BY one::text), '')) FROM {name} one")  # noqa: S608
                found[name] = cursor.fetchone()[0]
            return found
    finally:
        connection.close()


def test_g13_every_address_opened_twice_by_everyone_changes_no_row(cast: Cast) -> None:
    rooms = furnish(cast)
    readers = {name: cast.browser(name) for name in ("Iris", "Lena", "Tess")}
    keys = [cast.api(cast.key(cast.harbor, "k_desk", Side.INTERNAL)), cast.api(cast.key(cast.harbor, "k_read"))]
    paths = [rooms.path(one) for one in (*PAGES, *DESK)]
    asked = [rooms.path(one) for one in API if "GET" in one.actions]
    with cast.scope():
        written = Entry.objects.for_tenant(cast.harbor).count()
    before, answers = state(), set()
    for _ in range(2):
        answers |= {reader.get(path).status_code for reader in readers.values() for path in paths}
        answers |= {key.get(path).status_code for key in keys for path in asked}
    after = state()
    assert {name for name in before if before[name] != after[name]} <= {"audit_entry"}
    with cast.scope():
        entries = Entry.objects.for_tenant(cast.harbor).order_by("id").values_list("action", flat=True)[written:]
        assert set(entries) <= READ, "what is written down is that somebody read"
    assert 200 in answers
    assert not {status for status in answers if status >= 500}

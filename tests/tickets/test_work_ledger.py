"""Whatever is done around a ticket, its row is what its ledger tells."""

import uuid
from datetime import date, time

from comanaged.vocabulary import Side
from tests.cast import Cast
from tests.tickets.build import NOON, from_alert, from_person, later
from tickets import actions
from tickets.actions import approving, checklist, linking, merging, minutes, offering, scheduling, standing
from tickets.actions.rebuilding import rebuild
from tickets.domain.linking import Tie
from tickets.domain.scheduling import Every
from tickets.domain.standing import Class
from tickets.models import Approval, Schedule, Step, Ticket

PACKET = {"known": "It is the disk.", "tried": "Looked.", "next": "Change it."}


def test_a_day_of_work_is_told_again_without_a_difference(cast: Cast) -> None:
    merges(cast)
    work(cast)
    agreed(cast)
    found = rebuild(cast.harbor, at=later(600), write=False)
    assert found.tickets == 11
    assert found.differ == [], found.columns


def merges(cast: Cast) -> None:
    """Merge and take it back, merge again, ask the other side to, and see the trouble again."""
    with cast.scope():
        alarm, known = from_alert(cast.harbor, condition="a").ticket, from_alert(cast.harbor, condition="b").ticket
    with cast.as_("Iris") as iris:
        theirs, ours = from_person(iris), from_person(iris, side=Side.INTERNAL)
    with cast.as_("Tess") as tess:
        merging.merge(alarm.pk, known.number, "The same", by=tess, at=later(1))
        merging.unmerge(alarm.pk, by=tess, at=later(2))
        actions.take(alarm.pk, by=tess, at=later(3))
        merging.merge(alarm.pk, known.number, by=tess, at=later(4))
        merging.merge(theirs.pk, ours.number, "One cable", by=tess, at=later(5))
    with cast.as_("Iris") as iris:
        offering.accept(theirs.pk, by=iris, at=later(6))
    with cast.scope():
        assert not from_alert(cast.harbor, condition="a", at=later(7)).created


def work(cast: Cast) -> None:
    """Steps, minutes, links, parts, an approval that is waited for, and the end of all of it together."""
    with cast.as_("Tess") as tess:
        whole, part, other = (from_person(tess, title=title, at=later(8)) for title in ("Whole", "Part", "Other"))
        actions.take(whole.pk, by=tess, at=later(9))
        checklist.add_step(whole.pk, "Look", required=True, by=tess, at=later(10))
        minutes.spend(whole.pk, 25, by=tess, at=later(11))
        linking.link(whole.pk, other.number, Tie.CAUSED_BY, by=tess, at=later(12))
        linking.make_part_of(part.pk, whole.number, by=tess, at=later(13))
        asked = approving.Wanted("A new disk", "The old one is full.", cast.people["Lena"].pk, None, later(60), wait=True)
        approving.ask(whole.pk, asked, by=tess, at=later(14))
    with cast.as_("Lena") as lena:
        approving.answer(whole.pk, Approval.objects.for_tenant(cast.harbor).get().pk, yes=True, by=lena, at=later(20))
    with cast.as_("Tess") as tess:
        approving.ask(whole.pk, asked, by=tess, at=later(21))
        row, token = Approval.objects.for_tenant(cast.harbor).get(state="PENDING"), uuid.uuid4()
        Approval.objects.for_tenant(cast.harbor).filter(pk=row.pk).update(lease_token=token)
    with cast.scope():
        approving.expire(row.pk, tenant_id=cast.harbor.pk, token=token, at=later(70))
        assert Ticket.objects.for_tenant(cast.harbor).get(pk=whole.pk).state == "OPEN"
    with cast.as_("Tess") as tess:
        checklist.tick(whole.pk, Step.objects.for_tenant(cast.harbor).get().pk, by=tess, at=later(71))
        actions.resolve(whole.pk, "The disk was changed.", by=tess, at=later(72), parts=True)


def agreed(cast: Cast) -> None:
    """A handover that is taken at once, help over a limit, and one that comes again."""
    with cast.as_("Tess") as tess:
        standing.pre_accept(standing.Wanted("backup.jobs", Class.ALWAYS), by=tess, at=NOON)
        standing.pre_accept(standing.Wanted("backup.jobs", Class.ALWAYS, over_count=1), by=tess, at=NOON)
    with cast.scope():
        first, _, over = (from_alert(cast.harbor, condition=f"c{at}", side=Side.INTERNAL, at=later(at)).ticket for at in (80, 81, 82))
        assert over.side == "PROVIDER"
    with cast.as_("Ivo") as ivo:
        actions.take(first.pk, by=ivo, at=later(83))
        assert offering.offer(first.pk, PACKET, by=ivo, at=later(84)).side == "PROVIDER"
    with cast.as_("Iris") as iris:
        again = scheduling.Wanted("Restore test", "Restore a file.", Every.DAILY, date(2026, 11, 1), time(12), "UTC", steps=("Look",))
        row, token = scheduling.add_schedule(again, by=iris, at=NOON), uuid.uuid4()
        Schedule.objects.for_tenant(cast.harbor).filter(pk=row.pk).update(lease_token=token, next_at=NOON)
    with cast.scope():
        scheduling.open_due(row.pk, tenant_id=cast.harbor.pk, token=token, at=later(60 * 24))
        assert Ticket.objects.for_tenant(cast.harbor).filter(origin_kind="schedule").count() == 1

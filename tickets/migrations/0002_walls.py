"""A client's tickets stay with it, a side's notes with that side, and the ledger is only added to."""

from comanaged import migrating
from comanaged.walls import Kin, Sealed, Sides, Wall


class Migration(migrating.Migration):
    dependencies = [("tickets", "0001_initial"), ("accounts", "0002_scope")]
    operations = [
        Wall("tickets_ticket"),
        Wall("tickets_event"),
        Wall("tickets_counter"),
        Kin("tickets_ticket", "duty_id", "responsibilities_duty"),
        Kin("tickets_event", "ticket_id", "tickets_ticket"),
        Sides("tickets_event"),
        Sealed("tickets_event"),
    ]

"""Changes go on growing in another cluster than they were written in; mail that waits, and mail of machines, is found by an index."""

from django.db import migrations, models

from comanaged import migrating
from comanaged.walls import Statement

# A change is named by the transaction that wrote it, and another cluster, or this one brought back to an earlier moment, counts its
# transactions anew. So the first write there begins an epoch, in which every number is higher than any of before: also than those that were
# told to somebody and are lost. No cluster counts to 2^40, and 2^23 epochs fit. Where nothing was written yet, all that is there is settled.
EPOCH = """
CREATE TABLE tickets_epoch (one boolean PRIMARY KEY DEFAULT true CHECK (one), cluster text NOT NULL, ahead bigint NOT NULL);
CREATE FUNCTION this_cluster() RETURNS text STABLE LANGUAGE sql AS
$$ SELECT system_identifier || CASE WHEN pg_is_in_recovery() THEN '' ELSE ' ' || left(pg_walfile_name(pg_current_wal_lsn()), 8) END FROM pg_control_system() $$;
CREATE FUNCTION change_now() RETURNS bigint VOLATILE LANGUAGE plpgsql AS $$
DECLARE
  mine constant bigint := pg_current_xact_id()::text::bigint;
  here constant text := this_cluster();
  found bigint;
BEGIN
  SELECT e.ahead INTO found FROM tickets_epoch e WHERE e.cluster = here;
  IF found IS NULL THEN
    INSERT INTO tickets_epoch AS e (cluster, ahead) VALUES (here, 1::bigint << 40)
    ON CONFLICT (one) DO UPDATE SET cluster = here, ahead = e.ahead + (CASE WHEN e.cluster = here THEN 0 ELSE 1::bigint << 40 END)
    RETURNING e.ahead INTO found;
  END IF;
  RETURN mine + found;
END $$;
CREATE FUNCTION changes_settled() RETURNS bigint STABLE LANGUAGE sql AS $$
  SELECT coalesce(
    (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + e.ahead FROM tickets_epoch e WHERE e.cluster = this_cluster()),
    9223372036854775807)
$$;
INSERT INTO tickets_epoch (cluster, ahead)
SELECT this_cluster(), CASE WHEN max(change) >= pg_current_xact_id()::text::bigint THEN 1::bigint << 40 ELSE 0 END FROM tickets_event;
REVOKE DELETE, TRUNCATE ON tickets_epoch FROM comanaged_web;
GRANT EXECUTE ON FUNCTION this_cluster(), change_now(), changes_settled() TO comanaged_web;
"""
NO_EPOCH = "DROP FUNCTION changes_settled(); DROP FUNCTION change_now(); DROP FUNCTION this_cluster(); DROP TABLE tickets_epoch;"


class Migration(migrating.Migration):
    dependencies = [("tickets", "0015_facts_blanked_and_companies_that_sign")]
    operations = [
        Statement(EPOCH, NO_EPOCH),
        migrations.AlterField(
            model_name="event",
            name="change",
            field=models.BigIntegerField(db_default=models.Func(function="change_now")),
        ),
        migrations.RemoveIndex(model_name="inboundmail", name="inbound_mail_held"),
        migrations.AddIndex(
            model_name="inboundmail",
            index=models.Index(condition=models.Q(("outcome__in", ["HELD", "FAILED"])), fields=["tenant", "id"], name="inbound_mail_waiting"),
        ),
        migrations.AddIndex(
            model_name="inboundmail",
            index=models.Index(condition=models.Q(("outcome", "AUTOMATIC")), fields=["tenant", "-id"], name="inbound_mail_automatic"),
        ),
        migrations.AddIndex(
            model_name="replyaddress", index=models.Index(fields=["tenant", "expires_at"], name="reply_addresses_by_their_end")
        ),
    ]

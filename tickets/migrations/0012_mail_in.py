"""Keep beside a mail what it quotes, and find what was sent by whom to a ticket."""

from django.db import migrations, models

from comanaged import migrating


class Migration(migrating.Migration):
    dependencies = [("tickets", "0011_incidents")]
    operations = [
        migrations.AddField(model_name="inboundmail", name="quoted", field=models.TextField(default="")),
        migrations.AddField(model_name="inboundmail", name="by_server", field=models.BooleanField(default=False)),
        migrations.AddIndex(
            model_name="inboundmail",
            index=models.Index(fields=["tenant", "event"], condition=models.Q(event__isnull=False), name="inbound_mail_of_an_entry"),
        ),
    ]

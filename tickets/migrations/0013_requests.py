"""Contacts in pages by name, requests of one person by age."""

from django.db import migrations, models

from comanaged import migrating


class Migration(migrating.Migration):
    dependencies = [("tickets", "0012_mail_in")]
    operations = [
        migrations.AddIndex(model_name="contact", index=models.Index(fields=["tenant", "name", "id"], name="contacts_by_name")),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                fields=["tenant", "requester", "-opened_at", "-id"],
                condition=models.Q(requester__isnull=False),
                name="tickets_of_a_requester",
            ),
        ),
    ]

"""Codes by which those who only ask sign in."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from comanaged import migrating


class Migration(migrating.Migration):
    dependencies = [("accounts", "0004_companies_are_asked_in")]
    operations = [
        migrations.CreateModel(
            name="SignInCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=254)),
                ("code_hash", models.CharField(max_length=64)),
                ("browser_hash", models.CharField(max_length=64)),
                ("ip", models.CharField(max_length=45)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["address", "asked_at"], name="codes_of_an_address"),
                    models.Index(fields=["ip", "asked_at"], name="codes_of_an_ip"),
                    models.Index(fields=["browser_hash", "-id"], name="codes_of_a_browser"),
                    models.Index(fields=["asked_at"], name="codes_by_age"),
                ],
            },
        ),
    ]

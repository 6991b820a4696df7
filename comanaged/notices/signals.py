"""What the outbox announces to the parts above: mail that was refused, a channel's trouble, and a delivery that nobody took."""

from django.dispatch import Signal

mail_refused = Signal()  # tenant_id, address, at: a mail server said that this address takes no mail, now or later
channel_changed = Signal()  # channel, what ("fails", "works", "ended"), at; in the transaction that says so
delivery_failed = Signal()  # channel, delivery, at; likewise
